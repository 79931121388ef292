One tenant moves to another home in a sealed file; nothing is overwritten, and nothing is left by what fails.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init
  $ for n in 1 2 3; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $n.pem; done
  $ printf 'open sesame\n' > pass
  $ add() { rk -q credential add "$1" --client-id "BUSINESSAPI.$2" --key-id "key-$2" --key "$2.pem" --offline; }
  $ add acme 1
  $ add globex 2
  $ rk -q credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --offline
  $ printf 'serialNumber,deviceModel,note\nD1,Mac,a\nD2,Mac,b\nD3,"i,Pad",\n' > devices.csv
  $ printf 'device_id,id,status\nD1,C1,ACTIVE\nD2,C2,ACTIVE\n' > coverage.csv
  $ rk -q tenants import acme --devices devices.csv --coverage coverage.csv
  $ printf 'serialNumber,deviceModel\nD1,Mac mini\n' | rk -q tenants import acme --devices -
  $ sql() { sqlite3 "${2:-home}/rekey.db" "$1"; }

Exported, 0600, with the home as it was; never over a file:

  $ sql .dump > before
  $ rk tenants export acme --out acme.rekey --passphrase-file pass
  ! acme: written with 3 devices, 2 coverage records, 2 credentials and 7 audit entries
  $ sql .dump | cmp - before
  $ stat -c %a acme.rekey
  600
  $ ls -A | grep new
  [1]
  $ sha256sum acme.rekey > sum
  $ rk tenants export acme --out acme.rekey --passphrase-file pass
  ! rekey: acme.rekey is there already
  !   name a new file
  [6]
  $ ln -s nowhere link
  $ rk tenants export acme --out link --passphrase-file pass
  ! rekey: link is there already
  !   name a new file
  [6]
  $ rk tenants export acme --out no/such/folder --passphrase-file pass
  ! rekey: there is no folder no/such
  !   is the path right?
  [2]
  $ rk tenants export initech --out other --passphrase-file pass
  ! rekey: there is no tenant 'initech'
  !   see: rekey tenants list
  [2]
  $ rk tenants export acme --out other --no-input
  ! rekey: New passphrase of the archive is needed, and nobody can be asked
  !   say where it is: --passphrase-file FILE
  [2]
  $ sha256sum -c sum
  acme.rekey: OK
  $ head -c 22 acme.rekey | tr '\1\6' '16'; echo
  rekey-sealed16tenant* (glob)
  $ grep -c -e 'PRIVATE' -e BUSINESSAPI acme.rekey
  0
  [1]

Another home, with another seal:

  $ there() { REKEY_HOME=$T/there rk "$@"; }
  $ there -q init
  $ there tenants import-archive acme.rekey --passphrase-file pass
  ! acme: read with 3 devices, 2 coverage records, 2 credentials and 7 audit entries
  $ there tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  acme    acme              3         2  not confirmed
  $ there audit verify
  entries   3
  head      <sha256>
  sound     true
  problems  -
  $ records() {
  >     for table in devices device_history coverage coverage_history; do
  >         sqlite3 "$1/rekey.db" "SELECT d.* FROM $table d JOIN tenants t ON t.id = d.tenant_id WHERE t.name = 'acme'" |
  >             cut -d'|' -f2- | sed -E "$([ $table = devices ] && echo 's/[|]-?[1-9][0-9]*$/|unproven/')" | sort
  >     done
  >     sqlite3 "$1/rekey.db" "SELECT c.uid, c.name, client_id, c.state, c.created_at, activated_at, ended_at,
  >         hex(key_fingerprint) FROM credentials c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'acme'" | sort
  >     sqlite3 "$1/rekey.db" "SELECT uid, created_at, devices, inactive, coverage FROM tenants WHERE name = 'acme'"
  > }
  $ records home > here.records
  $ records there | diff here.records -
  $ sql "SELECT action, subject FROM audit_elsewhere ORDER BY position" there
  tenant.add|acme
  credential.add|acme
  rotation.stage|acme
  rotation.cut_over|acme
  tenant.import|acme
  tenant.import|acme
  tenant.import|acme

The keys open there, under its own seal, and the rotation can be taken back there:

  $ there credential rollback acme --offline
  ! acme: 'acme' is active again
  $ there -q credential rotate acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --offline

What is there already is not overwritten: the same tenant, the same name, the same client, the same entry.

  $ sql .dump there > before
  $ there tenants import-archive acme.rekey --passphrase-file pass
  ! rekey: acme.rekey: this tenant is here already, as acme
  !   what is here is never overwritten; if it is to go: rekey tenants remove acme
  [6]
  $ third() { REKEY_HOME=$T/third rk "$@"; }
  $ third -q init
  $ third -q credential add acme --client-id BUSINESSAPI.9 --key-id k --key 2.pem --offline
  $ third tenants import-archive acme.rekey --passphrase-file pass
  ! rekey: acme.rekey: there is another tenant named acme already
  !   what is here is never overwritten; import it into another home
  [6]
  $ third -q tenants remove acme --yes
  $ third -q credential add other --client-id BUSINESSAPI.3 --key-id k --key 3.pem --offline
  $ third tenants import-archive acme.rekey --passphrase-file pass
  ! rekey: acme.rekey: client ID BUSINESSAPI.3 is in use already, by tenant 'other'
  !   what is here is never overwritten; see: rekey tenants list
  [6]
  $ third tenants list
  TENANT  CREDENTIAL  DEVICES  COVERAGE  ROTATION
  other   other             0         0
  $ sql .dump there | cmp - before

What was damaged, cut off or sealed under another passphrase leaves nothing:

  $ fourth() { REKEY_HOME=$T/fourth rk "$@"; }
  $ fourth -q init
  $ printf 'open sesam\n' > wrong
  $ fourth tenants import-archive acme.rekey --passphrase-file wrong
  ! rekey: acme.rekey: this is not the passphrase that the file was sealed under
  !   give the one that was chosen when it was made
  [6]
  $ head -c -1 acme.rekey > cut
  $ fourth tenants import-archive cut --passphrase-file pass
  ! rekey: cut: this file was damaged or changed: part 1 of it is not as it was written
  !   copy it again from where it was made, or use another copy
  [1]
  $ fourth tenants import-archive devices.csv --passphrase-file pass
  ! rekey: devices.csv: this is not a file that rekey sealed under a passphrase
  [1]
  $ fourth tenants import-archive nothing --passphrase-file pass
  ! rekey: nothing: there is no file nothing
  !   is the path right?
  [2]
  $ sql 'SELECT count(*) FROM tenants; SELECT count(*) FROM audit' fourth
  0
  2

A tenant that was removed can be brought back, and goes on as the same; what it went through goes with it again:

  $ rk -q tenants export acme --out again --passphrase-file pass --json | jq -c 'del(.uid, .digest)'
  {"tenant":"acme","file":"again","devices":3,"earlier_devices":1,"coverage":2,"earlier_coverage":0,"credentials":2,"rotations":1,"syncs":0,"payload_entries":0,"audit_entries":7}
  $ rk -q tenants remove acme --confirm acme
  $ rk -q tenants import-archive again --passphrase-file pass
  $ records home | diff here.records -
  $ rk tenants export acme --out third.rekey --passphrase-file pass
  ! acme: written with 3 devices, 2 coverage records, 2 credentials and 8 audit entries
  $ rk -q doctor
  ABOUT      FINDING                                                               REMEDY
  rotations  the new credential of tenant 'acme' is in use, and not confirmed yet  rekey credential confirm acme
  [6]
  $ sql 'PRAGMA foreign_key_check; PRAGMA integrity_check'
  ok
