A credential is added, verified, rotated, confirmed and rolled back, against a real OAuth server.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ start_provider
  $ trap stop_provider EXIT
  $ rk -q init
  $ for n in 1 2 3; do new_key $n.pem; allow BUSINESSAPI.$n key-$n $n.pem; done

Added with its tenant, verified first:

  $ ask credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key 1.pem $endpoints
  ! acme: 'acme' is active
  $ ask credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key 1.pem $endpoints
  ! acme: 'acme' is the active credential already
  $ ask credential add acme --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem $endpoints
  ! rekey: tenant 'acme' has the active credential 'acme' already
  !   replace it: rekey credential rotate acme
  [6]
  $ ask credential list
  CREDENTIAL  TENANT  STATE   CLIENT ID      KEY ID  SCOPE         HEALTH  ACTIVE SINCE
  acme        acme    active  BUSINESSAPI.1  key-1   business.api  ok      <time>
  $ printf 'serialNumber,deviceModel\nD1,Mac\nD2,Mac\nD9,iPad\n' | ask tenants import acme --devices -
  ! acme: 3 devices imported

Rotated; then the old client is revoked, and the new one works with all devices there:

  $ ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key - < 2.pem
  ! acme: 'acme' is active; the prior key is kept until <time>
  $ ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem
  ! acme: 'acme' is the active credential already
  $ revoke BUSINESSAPI.1
  $ ask credential verify
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok
  $ ask --json tenants show acme
  {
    "name": "acme",
    "active_credential": "acme",
    "devices": 3,
    "coverage": 0,
    "rotation": {
      "state": "confirmed",
      "from": "acme",
      "from_client_id": "BUSINESSAPI.1",
      "from_key_id": "key-1",
      "to": "acme",
      "to_client_id": "BUSINESSAPI.2",
      "to_key_id": "key-2",
      "offline": false,
      "started_at": "<time>",
      "cut_over_at": "<time>",
      "confirmed_at": "<time>",
      "prior_kept_until": "<time>",
      "prior_destroyed_at": null,
      "cause": null,
      "by": "<actor>",
      "reason": null,
      "comment": null
    },
    "inactive_devices": 0,
    "created_at": "<time>",
    "active_devices": 3,
    "devices_without_coverage": 3,
    "devices_expiring_soon": 0,
    "devices_renewing_soon": 0,
    "health": {
      "last_success": "<time>",
      "last_failure": null,
      "failure_class": null,
      "failure": null
    },
    "last_sync": null,
    "sync_in_progress": null
  }
  $ ask credential rollback acme
  ! rekey: $url does not accept client ID BUSINESSAPI.1 with key ID key-1 (invalid_client)
  !   the prior credential does not work any more; to go back all the same: --offline
  [6]
  $ ask credential confirm --due
  $ at +25h ask credential confirm --due >said; echo "exit $?"; sed 's/clock is [0-9]* s/clock is <n> s/' said
  exit 4
  ! warning: acme: 'acme' is in use, and the prior key is kept: this machine's clock is <n> s ahead of $url
  !   set this machine's clock: timedatectl set-ntp true
  !   then: rekey credential confirm acme
  $ sqlite3 home/rekey.db "UPDATE rotations SET confirmed_at = confirmed_at - 90000"
  $ ask credential confirm --due --verbose
  ! acme: 'acme' is active, the prior key is destroyed
  $ ask doctor
  ! the home is sound
  $ ask credential rollback acme
  ! rekey: tenant 'acme' has no prior credential to go back to
  !   its key is destroyed, or there was no rotation; see: rekey credential history acme
  [6]

What the provider does not accept changes nothing: a revoked client, another key ID, another audience.

  $ revoke BUSINESSAPI.3
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem
  ! rekey: $url does not accept client ID BUSINESSAPI.3 with key ID key-3 (invalid_client)
  !   the old credential stays in use; rotate again with the right client ID, key ID and key
  [6]
  $ allow BUSINESSAPI.3 key-3 3.pem
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-4 --key 3.pem
  ! rekey: $url does not accept client ID BUSINESSAPI.3 with key ID key-4 (invalid_client)
  !   the old credential stays in use; rotate again with the right client ID, key ID and key
  [6]
  $ ask credential add other --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem \
  >     --token-url $url/token --audience $url/v2 --api-url $url/v1
  ! rekey: $url does not accept client ID BUSINESSAPI.3 with key ID key-3 (invalid_client)
  !   nothing was added; compare the client ID, key ID and key with the provider's
  [6]
  $ ask credential show acme | grep -E '^(client id|state|rotation)'
  client id               BUSINESSAPI.2
  state                   active
  rotation                -

What verify says is what it found now, also in the second of a success.

  $ revoke BUSINESSAPI.2; ask credential verify
  CREDENTIAL  TENANT  HEALTH          FAILURE
  acme        acme    invalid_client  $url does not accept client ID BUSINESSAPI.2 with key ID key-2 (invalid_client)
  [6]
  $ allow BUSINESSAPI.2 key-2 2.pem; ask credential verify
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok

Unclear answers leave the rotation to be continued: nothing in time, 500, 429, HTML, half a JSON, a redirect.

  $ rotate() { ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --patience 2s; }
  $ for kind in hang 500 '429 30' '429 3600' 429 html half redirect huge; do
  >     mode token $kind; echo "- $kind"; rotate 2>&1 | sed 's/after [0-9]* milliseconds/after <n> milliseconds/'
  >     echo "[${PIPESTATUS[0]}]"
  > done
  - hang
  ! rekey: $url: Operation timed out after <n> milliseconds with 0 bytes received
  !   the old credential stays in use; the same command again continues
  [4]
  - 500
  ! rekey: $url answers 500
  !   the old credential stays in use; the same command again continues
  [4]
  - 429 30
  ! rekey: $url asks to come back in 30 s
  !   the old credential stays in use; the same command again continues
  [4]
  - 429 3600
  ! rekey: $url asks to come back in 3600 s
  !   the old credential stays in use; the same command again continues
  [4]
  - 429
  ! rekey: $url asks to come back later
  !   the old credential stays in use; the same command again continues
  [4]
  - html
  ! rekey: $url answers 200 with something else than was asked for
  !   log in to this network, or have the provider's addresses let through; HTTPS_PROXY names a proxy
  !   the old credential stays in use; the same command again continues
  [4]
  - half
  ! rekey: $url answers 200 with something else than was asked for
  !   the old credential stays in use; the same command again continues
  [4]
  - redirect
  ! rekey: $url answers 302, a redirect, which is not followed
  !   log in to this network, or have the provider's addresses let through; HTTPS_PROXY names a proxy
  !   the old credential stays in use; the same command again continues
  [4]
  - huge
  ! rekey: $url: answers with more than 65536 bytes
  !   the old credential stays in use; the same command again continues
  [4]
  $ mode devices html
  $ rotate
  ! rekey: $url answers 200 with something else than was asked for
  !   log in to this network, or have the provider's addresses let through; HTTPS_PROXY names a proxy
  !   the old credential stays in use; the same command again continues
  [4]
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --offline --dry-run --json
  {
    "tenant": "acme",
    "would": "continue",
    "old": {
      "name": "acme",
      "client_id": "BUSINESSAPI.2",
      "key_id": "key-2"
    },
    "new": {
      "name": "acme",
      "client_id": "BUSINESSAPI.3",
      "key_id": "key-3"
    }
  }
  ! acme: would go on replacing 'acme' (client ID BUSINESSAPI.2) by 'acme' (client ID BUSINESSAPI.3)
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              3         0  staged

An answer that is lost after the provider has taken the assertion: the next request shows another.

  $ mode token lostonce
  $ ask credential verify acme
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok
  $ mode token 429once 1
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem
  ! acme: 'acme' is active; the prior key is kept until <time>

Back again:

  $ ask credential rollback acme
  ! acme: 'acme' is active again
  $ ask credential rollback acme
  ! acme: 'acme' is the active credential already
  $ ask credential history acme | sed -n 1,6p
  CREDENTIAL  TENANT  STATE  CLIENT ID  KEY ID  SCOPE  HEALTH  ACTIVE SINCE
  acme  acme  retired  BUSINESSAPI.1  key-1  business.api  ok  <time>
  acme  acme  active  BUSINESSAPI.2  key-2  business.api  ok  <time>
  acme  acme  retired  BUSINESSAPI.3  key-3  business.api  invalid_client
  acme  acme  retired  BUSINESSAPI.3  key-4  business.api  invalid_client
  acme  acme  retired  BUSINESSAPI.3  key-3  business.api  ok  <time>

  $ ask credential history acme | sed -n '8,$p' | cut -c1-110 | tail -2
  <time>  BUSINESSAPI.2 key-2  BUSINESSAPI.3 key-4  failed  <actor>  $url does not accept client ID BUSINESSAPI.
  <time>  BUSINESSAPI.2 key-2  BUSINESSAPI.3 key-3  rolled_back  <time>  <time>  <actor>
  $ ask credential history acme --output csv | cut -d, -f1,3,6,11-13,19 | tr -d '\r'
  name,client_id,state,rotation_state,rotation_from_client_id,rotation_from_key_id,rotation_cause
  acme,BUSINESSAPI.1,retired,,,,
  acme,BUSINESSAPI.2,active,confirmed,BUSINESSAPI.1,key-1,
  acme,BUSINESSAPI.3,retired,failed,BUSINESSAPI.2,key-2,$url does not accept client ID BUSINESSAPI.3 with key ID key-3 (invalid_client)
  acme,BUSINESSAPI.3,retired,failed,BUSINESSAPI.2,key-2,$url does not accept client ID BUSINESSAPI.3 with key ID key-4 (invalid_client)
  acme,BUSINESSAPI.3,retired,rolled_back,BUSINESSAPI.2,key-2,
  $ ask credential history acme --output jsonl | tail -1 | grep -o '"rotation":{"state":[^,]*'
  "rotation":{"state":"rolled_back"
  $ ask credential show acme --output csv | cut -d, -f1-4,10,16 | tr -d '\r'
  name,tenant,client_id,key_id,health,rotation
  acme,acme,BUSINESSAPI.2,key-2,ok,

Another organisation's devices:

  $ echo '["X1","X2"]' > peer/devices.json
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem
  ! rekey: client ID BUSINESSAPI.3 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   the old credential stays in use; if that is meant: --accept-different-organization
  [6]
  $ echo '["X1","D9"]' > peer/devices.json
  $ echo 1 > peer/page_size
  $ ask credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --keep-prior 0s
  ! acme: 'acme' is active, the prior key is destroyed

Offline, and a rotation that is given up:

  $ new_key 4.pem
  $ ask credential rotate acme --client-id BUSINESSAPI.4 --key-id key-4 --key 4.pem --offline
  ! acme: 'acme' is active, not confirmed by the provider yet
  !   with network: rekey credential confirm acme
  $ ask credential rotate acme --client-id BUSINESSAPI.5 --key-id key-5 --key 4.pem --offline --dry-run
  ! rekey: the rotation of tenant 'acme' to 'acme' is not confirmed yet
  !   first: rekey credential confirm acme, or rekey credential rollback acme
  [6]
  $ ask credential rotate acme --client-id BUSINESSAPI.5 --key-id key-5 --key 4.pem --offline
  ! rekey: the rotation of tenant 'acme' to 'acme' is not confirmed yet
  !   first: rekey credential confirm acme, or rekey credential rollback acme
  [6]
  $ ask credential confirm acme
  ! warning: acme: 'acme' is in use but not confirmed: $url does not accept client ID BUSINESSAPI.4 with key ID key-4 (invalid_client)
  !   go back: rekey credential rollback acme
  [6]
  $ ask credential abort acme
  ! rekey: the rotation of tenant 'acme' is cut over already
  !   go back: rekey credential rollback acme
  [6]
  $ ask credential rollback acme
  ! acme: 'acme' is active again
  $ ask credential abort acme
  ! acme: there is no rotation to abort
  $ ask credential abort acme --json
  {
    "tenant": "acme",
    "aborted": false
  }
  ! acme: there is no rotation to abort

What is in use is not removed by mistake:

  $ ask credential remove acme
  ! rekey: 'acme' is the active credential of tenant 'acme'
  !   rotate it, or remove the tenant with all of its data: rekey tenants remove acme
  [6]
  $ ask tenants remove acme
  ! rekey: all data of tenant 'acme' would be gone
  !   to confirm it, add --yes
  [6]
  $ ask credential rotate acme --name 'acme 2027' --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem
  ! acme: 'acme 2027' is active; the prior key is kept until <time>
  $ ask credential remove acme
  ! rekey: the key of credential 'acme' would be destroyed; tenant 'acme' can go back to it until <time>, and could not any more
  !   to confirm it, add --yes
  [6]
  $ ask credential remove acme --confirm acme2
  ! rekey: --confirm 'acme2' is not 'acme'
  !   to confirm it, add --yes
  [2]
  $ ask credential rollback acme
  ! acme: 'acme' is active again
  $ ask credential rotate acme --name 'acme 2027' --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem
  ! acme: 'acme 2027' is active; the prior key is kept until <time>
  $ ask credential show 'acme 2027' | grep -E '^(health|rotation)'
  health                  ok
  rotation                prior kept until <time>
  $ ask --json credential remove acme --yes | grep -E 'name|client_id|state'
    "name": "acme",
    "client_id": "BUSINESSAPI.3",
    "state": "retired",
  $ ask credential rollback acme
  ! rekey: tenant 'acme' has no prior credential to go back to
  !   its key is destroyed, or there was no rotation; see: rekey credential history acme
  [6]
  $ ask credential verify acme
  ! rekey: the key of 'acme' was destroyed
  !   the active credential of tenant 'acme' is: 'acme 2027'
  [6]
  $ ask audit verify | head -1
  entries   * (glob)
  $ ask tenants remove acme --yes
  ! acme: removed with all of its data
  $ ask tenants list

TLS: a name that is not the server's, a certificate that expired, an authority that is not trusted.

  $ mkdir tls
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls/tls.key -out tls/tls.cert \
  >     -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -days 30 2>/dev/null
  $ cp peer/clients.json tls; stop_provider; start_provider tls
  $ add() { ask credential add safe --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem $endpoints --patience 5s; }
  $ add
  ! rekey: $url: SSL certificate problem: self-signed certificate; the certificate that was presented is issued by 'CN=127.0.0.1', and if that is not the provider's issuer, a proxy that inspects TLS has answered
  !   if your network inspects TLS, trust its CA: SSL_CERT_FILE=FILE, or ca_file in the configuration
  !   nothing was added; try again later, or add it unverified: --offline
  [4]
  $ export SSL_CERT_FILE=$T/tls/tls.cert
  $ at +60d add
  ! rekey: $url: SSL certificate problem: certificate has expired
  !   nothing was added; try again later, or add it unverified: --offline
  [4]
  $ add
  ! safe: 'safe' is active
  $ openssl req -x509 -key tls/tls.key -out tls/tls.cert -subj /CN=example.com \
  >     -addext subjectAltName=DNS:example.com -days 30 2>/dev/null
  $ stop_provider; start_provider tls
  $ ask credential verify safe --patience 5s
  CREDENTIAL  TENANT  HEALTH       FAILURE
  safe        safe    unreachable  * (glob)
  [4]
