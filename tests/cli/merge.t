A credential that was reset was added as a new tenant by mistake: that becomes part of the tenant that it is.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ start_provider
  $ trap stop_provider EXIT
  $ rk -q init
  $ for n in 1 2 3; do new_key $n.pem; allow BUSINESSAPI.$n key-$n $n.pem; done
  $ add() { ask -q credential add "$1" --client-id "BUSINESSAPI.$2" --key-id "key-$2" --key "$2.pem" $endpoints; }
  $ sql() { sqlite3 home/rekey.db "$1"; }
  $ history() { sql "SELECT id, position, model FROM device_history ORDER BY id, position; SELECT id, 'now', model FROM devices ORDER BY id"; }
  $ add acme 1
  $ printf 'serialNumber,deviceModel\nD1,old\nD2,same\nD9,only here\n' | at -2h rk -q tenants import acme --devices -
  $ printf 'device_id,id,status\nD1,C1,ACTIVE\n' | at -2h rk -q tenants import acme --coverage -
  $ add acme-2 2
  $ printf 'serialNumber,deviceModel\nD1,between\nD2,same\nD3,only there\n' | at -1h rk -q tenants import acme-2 --devices -
  $ printf 'serialNumber,deviceModel\nD1,new\n' | rk -q tenants import acme-2 --devices -
  $ printf 'device_id,id,status\nD1,C1,INACTIVE\nD3,C3,ACTIVE\n' | rk -q tenants import acme-2 --coverage -
  $ revoke BUSINESSAPI.1

Refused where it would be the wrong organisation, the same tenant, or none:

  $ ask tenants merge acme acme
  ! rekey: a tenant cannot be merged into itself
  !   name the newer one, then the older one
  [2]
  $ ask tenants merge nobody acme
  ! rekey: there is no tenant 'nobody'
  !   see: rekey tenants list
  [2]
  $ echo '["E1"]' > peer/devices.json
  $ ask tenants merge acme-2 acme
  ! rekey: client ID BUSINESSAPI.2 belongs to another organisation: it knows none of the devices of tenant 'acme'
  !   the old credential stays in use; if that is meant: --accept-different-organization
  [6]
  $ echo '["D1","D2","D3"]' > peer/devices.json
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              3         1
  acme-2  acme-2            3         2
  $ ask -q credential verify acme-2
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme-2      acme-2  ok

Unclear before the cut-over: both are as they were. Offline: cut over, and the other is kept, inactive, until confirmed.

  $ mode token 500
  $ ask tenants merge acme-2 acme --patience 1s
  ! rekey: $url answers 500
  !   the old credential stays in use; the same command again continues
  [4]
  $ ask tenants merge acme-2 acme --offline
  ! acme: 'acme' is active, not confirmed by the provider yet
  !   with network: rekey credential confirm acme
  !   tenant 'acme-2' is kept, inactive, until then; the same command continues
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              3         1  not confirmed
  acme-2                    3         2  merging into acme
  $ ask tenants merge acme-2 acme --patience 1s
  ! warning: acme: 'acme' is in use but not confirmed: $url answers 500
  !   later: rekey credential confirm acme
  !   tenant 'acme-2' is kept, inactive, until then; the same command continues
  [4]

Until then nothing of it can be lost, and all of it can be taken back:

  $ ask tenants remove acme-2 --yes
  ! rekey: a merge of tenant 'acme-2' is not finished
  !   finish it by repeating its command
  [6]
  $ ask credential add acme-2 --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem $endpoints --offline
  ! rekey: a merge of tenant 'acme-2' is not finished
  !   finish it by repeating its command
  [6]
  $ ask credential remove acme-2 --yes
  ! rekey: 'acme-2' is kept until the merge of tenant 'acme-2' is confirmed
  !   finish the merge by repeating its command
  [6]
  $ printf 'pass\n' > pass
  $ ask tenants export acme-2 --out file --passphrase-file pass
  ! rekey: a merge of tenant 'acme-2' is not finished
  !   finish it by repeating its command
  [6]
  $ mode
  $ ask credential rollback acme --offline
  ! acme: 'acme' is active again
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              3         1
  acme-2  acme-2            3         2
  $ ask -q credential verify acme-2
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme-2      acme-2  ok

Merged: the newer record wins, the older is history, and all that either had is there.

  $ ask tenants merge acme-2 acme
  ! acme: 'acme' is active; the prior key is kept until <time>
  ! acme: 3 devices and 2 coverage records of 'acme-2' are here now
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              4         2  prior kept until <time>
  $ history
  D1|1|old
  D1|2|between
  D1|now|new
  D2|now|same
  D3|now|only there
  D9|now|only here
  $ sql "SELECT id, position, status FROM coverage_history; SELECT id, 'now', status FROM coverage ORDER BY id"
  C1|1|ACTIVE
  C1|now|INACTIVE
  C3|now|ACTIVE
  $ sql "SELECT client_id, state, (SELECT count(*) FROM credential_keys k WHERE k.credential_id = c.id) FROM credentials c ORDER BY c.id"
  BUSINESSAPI.1|superseded|1
  BUSINESSAPI.2|retired|0
  BUSINESSAPI.2|retired|0
  BUSINESSAPI.2|retired|0
  BUSINESSAPI.2|active|1
  $ ask credential verify
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok
  $ ask tenants merge acme-2 acme
  ! acme: 'acme' is the active credential already
  $ sql "SELECT action, subject FROM audit WHERE action LIKE 'tenant.merge%'"
  tenant.merge.begin|acme-2
  tenant.merge.roll_back|acme-2
  tenant.merge.begin|acme-2
  tenant.merge|acme
  $ rk audit verify | grep -o sound
  sound
  $ sql 'PRAGMA foreign_key_check; PRAGMA integrity_check'
  ok
  $ rk -q tenants export acme --out acme.rekey --passphrase-file pass --json | jq -c '[.devices, .earlier_devices, .coverage, .credentials]'
  [4,2,2,5]

What a timer confirms is also moved:

  $ add acme-3 3
  $ printf 'serialNumber\nD7\n' | rk -q tenants import acme-3 --devices -
  $ ask -q tenants merge acme-3 acme --offline
  $ ask credential confirm --due
  $ ask tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              5         2  prior kept until <time>
