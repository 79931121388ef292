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
  ! acme: 'acme' is active, not confirmed by the provider yet
  !   with network: rekey credential confirm acme
  $ ask tenants sync acme
  ! rekey: client ID BUSINESSAPI.2 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   no record was changed; go back: rekey credential rollback acme; if it is meant: rekey credential confirm acme --accept-different-organization
  [6]
  $ ask tenants sync acme --device B1
  ! rekey: client ID BUSINESSAPI.2 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   no record was changed; go back: rekey credential rollback acme; if it is meant: rekey credential confirm acme --accept-different-organization
  [6]
  $ printf 'serialNumber\nB1\nB2\n' > theirs.csv
  $ ask -q tenants import acme --devices theirs.csv
  $ ask credential confirm acme
  ! warning: acme: 'acme' is in use but not confirmed: client ID BUSINESSAPI.2 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   go back: rekey credential rollback acme
  [6]
  $ ask credential confirm --due
  ! warning: acme: 'acme' is in use but not confirmed: client ID BUSINESSAPI.2 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   go back: rekey credential rollback acme
  [6]
  $ keys
  BUSINESSAPI.1|superseded
  BUSINESSAPI.2|active
  $ ask credential rollback acme
  ! acme: 'acme' is active again
  $ ask credential confirm acme
  ! acme: there is nothing to confirm
  $ ask -q tenants sync acme
  $ rk --output csv tenants devices acme | cut -d, -f1,6
  id,inactive_since
  A1,
  A2,
  B1,<time>
  B2,<time>

Nor does an account that sees nothing make an end of what there is:

  $ rotate 3 --offline --keep-prior 0s
  ! acme: 'acme' is active, not confirmed by the provider yet
  !   with network: rekey credential confirm acme
  $ ask tenants sync acme
  ! rekey: client ID BUSINESSAPI.3 sees no device at all, and tenant 'acme' has some: its account may see none, or it belongs to another organisation
  !   no record was changed; go back: rekey credential rollback acme; if it is meant: rekey credential confirm acme --accept-different-organization
  [6]
  $ ask credential confirm acme
  ! warning: acme: 'acme' is in use but not confirmed: client ID BUSINESSAPI.3 sees no device at all, and tenant 'acme' has some: its account may see none, or it belongs to another organisation
  !   go back: rekey credential rollback acme
  [6]
  $ ask credential rollback acme
  ! acme: 'acme' is active again
  $ keys
  BUSINESSAPI.1|active

What stands between answers, and no key goes:

  $ rule '{"answers": {"token": [403, "text/html", "<html>Blocked by the web filter</html>"]}}'
  $ rotate 4
  ! rekey: $url answers 403 with text/html, where the provider answers with JSON: something between, as a portal, a filter or a proxy, may have answered
  !   log in to this network, or have the provider's addresses let through; HTTPS_PROXY names a proxy
  !   the old credential stays in use; the same command again continues
  [4]
  $ rule '{"answers": {"token": [400, "application/json", "{\"error\":\"invalid_request\"}"]}}'
  $ rotate 4
  ! rekey: $url answers 400 (invalid_request), which says nothing about the credential
  !   the old credential stays in use; the same command again continues
  [4]
  $ rule '{"answers": {"devices": [403, "application/json", "{\"errors\":[{\"status\":\"403\"}]}"]}}'
  $ rotate 4
  ! rekey: $url answers 403: the token is good, but the account may not do this
  !   at the provider, give the API account a role that reads devices, and accept new terms
  !   the old credential stays in use; the same command again continues
  [6]
  $ rule '{"answers": {"devices": [401, "application/json", "{}"]}}'
  $ rotate 4
  ! rekey: $url does not accept the access token that was just issued (401)
  !   compare scope and API URL with what the provider names: rekey credential show acme; to change them: rekey tenants set acme --scope SCOPE --api-url URL
  !   the old credential stays in use; the same command again continues
  [4]
  $ keys
  BUSINESSAPI.1|active
  BUSINESSAPI.4|staged
  $ rule '{"answers": {}}'

A clock that is off: a little does no harm, much is named, and by doctor too.

  $ rule '{"ahead": -20}'
  $ ask credential verify acme
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok
  $ rule '{"ahead": -120}'
  $ rotate 4 2>&1 | sed 's/clock is 1[12][0-9] s/clock is <n> s/'
  ! rekey: $url does not accept the assertion (invalid_client), and this machine's clock is <n> s ahead of it
  !   set this machine's clock: timedatectl set-ntp true
  !   the old credential stays in use; the same command again continues
  $ ask doctor | sed 's/clock is 1[12][0-9] s/clock is <n> s/'
  ABOUT      FINDING                                                                                                              REMEDY
  rotations  a rotation of tenant 'acme' is staged and not cut over; the old credential is in use                                 repeat its command, or give it up: rekey credential abort acme
  clock      when credential 'acme (staged)' of tenant 'acme' was last used, this machine's clock is <n> s ahead of its provider  set this machine's clock: timedatectl set-ntp true; then repeat the rotation's command
  $ keys
  BUSINESSAPI.1|active
  BUSINESSAPI.4|staged
  $ rule '{"ahead": 0}'

The provider's own no keeps the key as well, until it is given up:

  $ rule '{"clients": {}}'
  $ client BUSINESSAPI.1 k1 1.pem ours
  $ rotate 4
  ! rekey: $url does not accept client ID BUSINESSAPI.4 with key ID k4 (invalid_client)
  !   the old credential stays in use; rotate again with the right client ID, key ID and key
  [6]
  $ keys
  BUSINESSAPI.1|active
  BUSINESSAPI.4|failed
  $ ask credential abort acme
  ! acme: the rotation is given up; the old credential stays in use
  $ keys
  BUSINESSAPI.1|active
  $ ask credential abort acme
  ! acme: there is no rotation to abort
  $ client BUSINESSAPI.4 k4 4.pem ours

Who, and why:

  $ rotate 4 --reason yearly --comment "as every spring"
  ! acme: 'acme' is active; the prior key is kept until <time>
  $ rk credential history acme --json | python3 -c 'import json, sys; r = json.load(sys.stdin)["rotations"][-1]; print(r["by"], r["reason"], r["comment"])'
  <actor> yearly as every spring

The scope follows from the client ID, and can be mended:

  $ new_key s.pem
  $ client SCHOOLAPI.1 s s.pem school school.api
  $ rule "$(python3 -c 'import json; r = json.load(open("strict/rules.json")); r["orgs"]["school"] = ["S1"]; print(json.dumps(r))')"
  $ add() { ask credential add district --client-id SCHOOLAPI.1 --key-id s --key s.pem $endpoints "$@"; }
  $ add --scope business --offline
  ! rekey: client ID SCHOOLAPI.1 has the scope school, and not business
  !   give the scope that belongs to it: --scope school
  [6]
  $ add --scope business
  ! rekey: client ID SCHOOLAPI.1 has the scope school, and not business
  !   give the scope that belongs to it: --scope school
  [6]
  $ add
  ! the scope is school, as client ID SCHOOLAPI.1 says
  ! district: 'district' is active
  $ rk credential show district --json | grep '"scope"'
    "scope": "school.api",
  $ ask credential rotate district --client-id BUSINESSAPI.9 --key-id k --key 1.pem --offline
  ! rekey: client ID BUSINESSAPI.9 has the scope business, and not school
  !   give the scope that belongs to it: --scope business
  [6]
  $ ask tenants set district --scope business
  ! rekey: client ID SCHOOLAPI.1 has the scope school, and not business
  !   give the scope that belongs to it: --scope school
  [6]
  $ ask tenants set district
  ! rekey: what is to be set?
  !   as rekey tenants set district --scope school
  [2]
  $ ask tenants set district --scope school
  ! district: as it was: scope school.api, tokens from $url/token, devices from $url/v1
  $ ask tenants set district --api-url "$url/v1/"
  ! district: as it was: scope school.api, tokens from $url/token, devices from $url/v1
  $ ask tenants set district --api-url "$url/elsewhere"
  ! rekey: $url answers 400 with something else than was asked for
  !   nothing was changed; try again later, or set it unverified: --offline
  [4]
  $ ask tenants set district --api-url "$url/v1/x" --offline --json | grep -E 'api_url|changed'
    "api_url": "$url/v1/x",
    "changed": true
  $ ask tenants sync district --patience 3s
  ! rekey: $url answers 404 with something else than was asked for
  !   no record was changed; try again later
  [4]
  $ ask tenants set district --api-url "$url/v1"
  ! district: set: scope school.api, tokens from $url/token, devices from $url/v1
  $ ask -q tenants sync district
  $ ask audit list | grep -c 'tenant.set'
  2

Old ones, for monitoring:

  $ old() { "$@" >checked; local code=$?; sed 's/oldest.*|/...|/' checked; return $code; }
  $ old rk credential check
  CREDENTIALS OK - 2 credentials, 0 too old, 0 soon, 0 failing, 0 never used with success; ...| total=2 old=0 soon=0 failing=0 unproven=0
  $ old at +340d rk credential check
  CREDENTIALS WARNING - 2 credentials, 0 too old, 2 soon, 0 failing, 0 never used with success; ...| total=2 old=0 soon=2 failing=0 unproven=0
  [1]
  $ old at +400d rk credential check
  CREDENTIALS CRITICAL - 2 credentials, 2 too old, 0 soon, 0 failing, 0 never used with success; ...| total=2 old=2 soon=0 failing=0 unproven=0
  [2]
  $ old at +40d rk credential check --max-age 30d
  CREDENTIALS CRITICAL - 2 credentials, 2 too old, 0 soon, 0 failing, 0 never used with success; ...| total=2 old=2 soon=0 failing=0 unproven=0
  [2]
  $ printf '[credentials]\nmax_age = "30d"\n' | load_policy
  $ at +40d rk credential check | cut -d' ' -f1,2
  CREDENTIALS CRITICAL
  $ at +40d rk doctor | grep max_age
  credentials  credential 'acme' of tenant 'acme' is 40 days old; max_age is 30d          make a new key at the provider, then: rekey credential rotate acme
  credentials  credential 'district' of tenant 'district' is 40 days old; max_age is 30d  make a new key at the provider, then: rekey credential rotate district
  $ at +40d rk metrics | grep -E '^rekey_credentials_old '
  rekey_credentials_old 2
  $ rk metrics | grep -c '^rekey_credentials_oldest_since_timestamp_seconds [0-9]'
  1
  $ rk policy show | grep credentials
  [credentials]  max_age            30d
