Whose credential it is, what a refusal means, which scope, and who answers at all.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ start_strict
  $ trap stop_provider EXIT
  $ rk -q init
  $ for n in 1 2 3 4; do new_key $n.pem; done
  $ rule '{"orgs": {"ours": ["A1", "A2"], "theirs": ["B1", "B2"], "none": []}}'
  $ client BUSINESSAPI.1 k1 1.pem ours
  $ client BUSINESSAPI.2 k2 2.pem theirs
  $ client BUSINESSAPI.3 k3 3.pem none
  $ client BUSINESSAPI.4 k4 4.pem ours
  $ rotate() { ask credential rotate acme --client-id BUSINESSAPI.$1 --key-id k$1 --key $1.pem --patience 3s "${@:2}"; }
  $ keys() { sqlite3 home/rekey.db "SELECT client_id, state FROM credentials JOIN credential_keys k ON k.credential_id = credentials.id ORDER BY credentials.id"; }

An assertion is what a strict verifier wants:

  $ ask credential add acme --client-id BUSINESSAPI.1 --key-id k1 --key 1.pem $endpoints
  ! acme: 'acme' is active
  $ ask -q tenants sync acme

A sync between an offline rotation and its confirmation does not make another organisation the tenant's:

  $ rotate 2 --offline --keep-prior 0s
  $ ask tenants sync acme
  $ ask tenants sync acme --device B1
  $ printf 'serialNumber\nB1\nB2\n' > theirs.csv
  $ ask -q tenants import acme --devices theirs.csv
  $ ask credential confirm acme
  $ ask credential confirm --due
  $ keys
  $ ask credential rollback acme
  $ ask credential confirm acme
  $ ask -q tenants sync acme
  $ rk --output csv tenants devices acme | cut -d, -f1,6

Nor does an account that sees nothing make an end of what there is:

  $ rotate 3 --offline --keep-prior 0s
  $ ask tenants sync acme
  $ ask credential confirm acme
  $ ask credential rollback acme
  $ keys

What stands between answers, and no key goes:

  $ rule '{"answers": {"token": [403, "text/html", "<html>Blocked by the web filter</html>"]}}'
  $ rotate 4
  $ rule '{"answers": {"token": [400, "application/json", "{\"error\":\"invalid_request\"}"]}}'
  $ rotate 4
  $ rule '{"answers": {"devices": [403, "application/json", "{\"errors\":[{\"status\":\"403\"}]}"]}}'
  $ rotate 4
  $ rule '{"answers": {"devices": [401, "application/json", "{}"]}}'
  $ rotate 4
  $ keys
  $ rule '{"answers": {}}'

A clock that is off: a little does no harm, much is named, and by doctor too.

  $ rule '{"ahead": -20}'
  $ ask credential verify acme
  $ rule '{"ahead": -120}'
  $ rotate 4 2>&1 | sed 's/clock is 1[12][0-9] s/clock is <n> s/'
  $ ask doctor | sed 's/clock is 1[12][0-9] s/clock is <n> s/'
  $ keys
  $ rule '{"ahead": 0}'

The provider's own no keeps the key as well, until it is given up:

  $ rule '{"clients": {}}'
  $ client BUSINESSAPI.1 k1 1.pem ours
  $ rotate 4
  $ keys
  $ ask credential abort acme
  $ keys
  $ ask credential abort acme
  $ client BUSINESSAPI.4 k4 4.pem ours

Who, and why:

  $ rotate 4 --reason yearly --comment "as every spring"
  $ rk credential history acme --json | python3 -c 'import json, sys; r = json.load(sys.stdin)["rotations"][-1]; print(r["by"], r["reason"], r["comment"])'

The scope follows from the client ID, and can be mended:

  $ new_key s.pem
  $ client SCHOOLAPI.1 s s.pem school school.api
  $ rule "$(python3 -c 'import json; r = json.load(open("strict/rules.json")); r["orgs"]["school"] = ["S1"]; print(json.dumps(r))')"
  $ add() { ask credential add district --client-id SCHOOLAPI.1 --key-id s --key s.pem $endpoints "$@"; }
  $ add --scope business --offline
  $ add --scope business
  $ add
  $ rk credential show district --json | grep '"scope"'
  $ ask credential rotate district --client-id BUSINESSAPI.9 --key-id k --key 1.pem --offline
  $ ask tenants set district --scope business
  $ ask tenants set district
  $ ask tenants set district --scope school
  $ ask tenants set district --api-url "$url/v1/"
  $ ask tenants set district --api-url "$url/elsewhere"
  $ ask tenants set district --api-url "$url/v1/x" --offline --json | grep -E 'api_url|changed'
  $ ask tenants sync district --patience 1s
  $ ask tenants set district --api-url "$url/v1"
  $ ask -q tenants sync district
  $ ask audit list | grep -c 'tenant.set'

Old ones, for monitoring:

  $ old() { "$@" >checked; local code=$?; sed 's/oldest.*|/...|/' checked; return $code; }
  $ old rk credential check
  $ old at +340d rk credential check
  $ old at +400d rk credential check
  $ old at +40d rk credential check --max-age 30d
  $ printf '[credentials]\nmax_age = "30d"\n' > config.toml
  $ at +40d rk --config config.toml credential check | cut -d' ' -f1,2
  $ at +40d rk --config config.toml doctor | grep max_age
  $ at +40d rk --config config.toml metrics | grep -E '^rekey_credentials_old '
  $ rk metrics | grep -c '^rekey_credentials_oldest_since_timestamp_seconds [0-9]'
  $ rk --config config.toml policy show | grep credentials
