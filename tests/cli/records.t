Lists of devices as other programs have them, and what an auditor wants to see.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2027-01-01
  $ rk -q init
  $ for i in 1 2; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $i.pem; done
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id k --key 1.pem --offline
  $ rk -q credential add beta --client-id BUSINESSAPI.2 --key-id k --key 2.pem --offline

Which columns are understood, and other names for them:

  $ rk tenants import --columns --output csv | tr -d '\r' | grep -E 'serialNumber|releasedFrom|isRenewable'
  devices,serialNumber,"serial number, serial, serial no, serial num, device serial number, hardware serial number, sn"
  devices,releasedFromOrgDateTime,"released from org date, date released from organization, date released, released at"
  coverage,serialNumber,"serial number, serial, serial no, serial num, device serial number, hardware serial number, sn"
  coverage,isRenewable,"renewable, renews, auto renew, renews automatically"
  $ printf 'Gerät;Raum\r\nc02zzz;12\r\n' >ours.csv
  $ rk tenants import acme --devices ours.csv
  ! rekey: ours.csv, line 1: no column with serial numbers among 'Ger\xc3\xa4t', 'Raum' (esc)
  !   names that are known: rekey tenants import --columns; others: --map FILE
  [2]
  $ printf 'Gerät = serialNumber\n' >map
  $ rk tenants import acme --devices ours.csv --map map --dry-run
  LIST     RESULT  RECORD  LINE  WHY
  devices  new     C02ZZZ     2
  ! acme: 1 device would be imported: 1 new, 0 changed
  $ rk tenants devices acme

What an import would do:

  $ printf 'id,serialNumber,deviceModel,partNumber,orderNumber\n17,D1,"MacBook Air 13″",MLY33D/A,PO-1\n18,D2 ,iPad,,PO-2\n' >d.csv
  $ rk tenants import acme --devices d.csv
  ! acme: 2 devices imported
  $ printf 'serialNumber,deviceModel,partNumber,orderNumber\nd1,MacBook Air,MLY33D/A,PO-1\nD3,iPad,,\n,Mac,,\nD4,a,b,c,d\n' >e.csv
  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT count(*) FROM audit' >before
  $ rk tenants import acme --devices e.csv --dry-run
  LIST     RESULT   RECORD  LINE  WHY
  devices  refused             4  e.csv, line 4: no id or serialNumber
  devices  refused             5  e.csv, line 5: 5 cells, where the header has 4 (cells are separated by comma; one with that in it, or with a line break, must be in quotes)
  devices  changed  D1         2  model, attributes
  devices  new      D3         3
  ! acme: 2 devices would be imported: 1 new, 1 changed, 2 refused
  [3]
  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT count(*) FROM audit' | cmp - before
  $ rk tenants import acme --devices e.csv
  ! warning: e.csv, line 4: no id or serialNumber
  ! warning: e.csv, line 5: 5 cells, where the header has 4
  !   cells are separated by comma; one with that in it, or with a line break, must be in quotes
  ! acme: 2 devices imported, 2 refused
  [3]
  $ printf 'serialNumber\n,\n"' | rk tenants import acme --devices -
  ! rekey: standard input, line 3: a quote that is not closed
  !   nothing of it is imported; correct it and import the file again
  [2]
  $ printf 'serialNumber,x\n,1\n' | rk tenants import acme --devices -
  ! warning: standard input, line 2: no id or serialNumber
  ! acme: 0 devices imported, 1 refused
  [2]

Coverage that renews itself is told from what ends:

  $ cat >c.jsonl <<END
  > {"serialNumber":"D1","id":"A1","status":"ACTIVE","endDateTime":"2027-02-01","isRenewable":true,"isCanceled":false}
  > {"serialNumber":"D2","id":"W1","status":"Active","endDateTime":"2027-02-01","isRenewable":false}
  > {"serialNumber":"D3","id":"W2","status":"ACTIVE","endDateTime":"2026-02-01"}
  > END
  $ rk tenants import acme --coverage c.jsonl
  ! acme: 3 coverage records imported
  $ rk tenants devices acme --expiring 90d --output csv | tr -d '\r' | cut -d, -f1,10-13
  id,coverage_status,coverage_ends,coverage_renews,days_left
  D2,ACTIVE,2027-02-01T00:00:00Z,false,31
  $ rk tenants devices acme --renews --output csv | tr -d '\r' | cut -d, -f1,10-13
  id,coverage_status,coverage_ends,coverage_renews,days_left
  D1,RENEWS,2027-02-01T00:00:00Z,true,31
  $ rk tenants devices acme --expiring 90d --renews --output csv | tr -d '\r' | cut -d, -f1
  id
  D1
  $ rk tenants devices acme --expiring 10d --renews --output csv | tr -d '\r' | cut -d, -f1
  id
  $ rk tenants coverage acme --expiring 90d
  DEVICE  COVERAGE  STATUS  DESCRIPTION  ENDS                  DAYS  RENEWS
  D2      W1        ACTIVE               2027-02-01T00:00:00Z    31  false
  $ rk tenants coverage acme --renews
  DEVICE  COVERAGE  STATUS  DESCRIPTION  ENDS                  DAYS  RENEWS
  D1      A1        ACTIVE               2027-02-01T00:00:00Z    31  true
  $ rk tenants show acme | grep soon
  devices expiring soon     1
  devices renewing soon     1

For the asset list:

  $ rk tenants devices acme
  DEVICE  SERIAL  MODEL        FAMILY  STATUS  PRODUCT   ORDER  COVERAGE  COVERED UNTIL         DAYS  INACTIVE SINCE  LAST SEEN
  D1      D1      MacBook Air                  MLY33D/A  PO-1   RENEWS    2027-02-01T00:00:00Z    31                  2027-01-01T00:00:00Z
  D2      D2      iPad                                   PO-2   ACTIVE    2027-02-01T00:00:00Z    31                  2027-01-01T00:00:00Z
  D3      D3      iPad                                          ENDED     2026-02-01T00:00:00Z  -334                  2027-01-01T00:00:00Z
  $ rk tenants devices acme --columns | tr -d '\r'
  id,serial,model,family,status,inactive_since,product,order,server,coverage_status,coverage_ends,coverage_renews,days_left,first_seen,last_seen,deviceModel,attributes.id,orderNumber,partNumber,serialNumber
  D1,D1,MacBook Air,,,,MLY33D/A,PO-1,,RENEWS,2027-02-01T00:00:00Z,true,31,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z,MacBook Air,,PO-1,MLY33D/A,d1
  D2,D2,iPad,,,,,PO-2,,ACTIVE,2027-02-01T00:00:00Z,false,31,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z,iPad,18,PO-2,,D2
  D3,D3,iPad,,,,,,,ENDED,2026-02-01T00:00:00Z,false,-334,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z,iPad,,,,D3
  $ "$REKEY_BINARY" tenants devices acme --excel | head -c 5 | od -An -tx1
   ef bb bf 69 64
  $ rk tenants devices acme --columns --json
  ! rekey: that is for CSV, and JSON was asked for
  !   leave out --json, or say --output csv
  [2]
  $ "$REKEY_BINARY" tenants devices acme --columns >all.csv
  $ rk -q tenants import beta --devices all.csv
  $ for tenant in acme beta; do
  >     "$REKEY_BINARY" tenants devices $tenant --output csv | cut -d, -f1-9,14-15 >$tenant.csv
  >     sqlite3 home/rekey.db "SELECT d.id, a.key, a.value FROM devices d JOIN tenants t ON t.id = tenant_id, json_each(attributes) a WHERE t.name = '$tenant' ORDER BY 1, 2" >>$tenant.csv
  > done
  $ cmp acme.csv beta.csv

Over all tenants:

  $ printf 'serialNumber,deviceModel\nB1,iPad\n' | rk -q tenants import beta --devices -
  $ rk tenants devices --search B1
  TENANT  DEVICE  SERIAL  MODEL  FAMILY  STATUS  PRODUCT  ORDER  COVERAGE  COVERED UNTIL  DAYS  INACTIVE SINCE  LAST SEEN
  beta    B1      B1      iPad                                                                                  2027-01-01T00:00:00Z
  $ rk tenants devices --all --model ipad --output csv | tr -d '\r' | cut -d, -f1,2
  tenant,id
  acme,D2
  acme,D3
  beta,B1
  beta,D2
  beta,D3
  $ rk tenants devices
  ! rekey: no tenant was named
  !   name one, or look in all: --all, --search TEXT
  [2]
  $ rk tenants devices acme --all
  ! rekey: --all means every tenant
  !   leave out --all, or the names
  [2]

Devices of older homes, which lists had brought under other names:

  $ sqlite3 home/rekey.db "INSERT INTO devices(tenant_id, id, serial, model, family, status, attributes, first_seen, last_seen) SELECT tenant_id, '99', 'D1', 'old', '', '', '{\"room\":\"1\"}', 0, 0 FROM devices WHERE id = 'D1' LIMIT 1; UPDATE tenants SET devices = devices + 1 WHERE id = (SELECT tenant_id FROM devices WHERE id = '99'); INSERT INTO coverage SELECT tenant_id, '99', 'OLD', status, description, starts, ends, attributes, last_seen FROM coverage WHERE id = 'A1'; UPDATE tenants SET coverage = coverage + 1 WHERE id = (SELECT tenant_id FROM devices WHERE id = '99')"
  $ rk doctor
  ABOUT    FINDING                                                                                                                REMEDY
  records  tenant 'acme' has 1 device, or their coverage, from lists under other names than their serial numbers, as '99' for D1  rekey doctor --repair
  [6]
  $ rk doctor --repair
  ! repaired: named 1 device of tenant 'acme' by serial number
  ! the home is sound
  $ rk doctor
  ! the home is sound
  $ rk tenants coverage acme --search OLD --output csv | tr -d '\r' | cut -d, -f1,2
  device_id,id
  D1,OLD
  $ sqlite3 home/rekey.db "SELECT id, position, attributes FROM device_history WHERE model = 'old'; PRAGMA foreign_key_check"
  D1|1|{"room":"1","id":"99"}
  $ rk audit verify | grep sound
  sound     true

All entries of a payload, signed:

  $ printf 'id,name,scope,client_id,key_id,version,key_file\ne1,Gamma,business,BUSINESSAPI.7,k2,1,1.pem\ne2,Delta,business,BUSINESSAPI.8,k2,1,2.pem\ne3,beta,business,BUSINESSAPI.2,k,1,2.pem\n' >list.csv
  $ echo 'correct horse' >pw
  $ rk -q credential pack --csv list.csv --out plain.mobileconfig --output mobileconfig --passphrase-file pw
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out s.pem -subj /CN=signer -days 9 2>/dev/null
  $ openssl cms -sign -nodetach -binary -signer s.pem -inkey k.pem -in plain.mobileconfig -outform DER -out signed.mobileconfig
  $ rk credential import signed.mobileconfig --all-entries --as-new --offline --passphrase-file pw 2>&1 | sed 's/SHA-256 is .*/SHA-256 is …/'
  ! warning: signed.mobileconfig is signed with the certificate of CN=signer, issued by CN=signer
  !   nobody has verified that certificate; its SHA-256 is \xe2\x80\xa6 (esc)
  ! Gamma: 'Gamma' is active, not verified yet
  ! Delta: 'Delta' is active, not verified yet
  ! warning: entry 'e3': client ID BUSINESSAPI.2 is in use already, by credential 'beta' of tenant 'beta'
  !   one client belongs to one tenant; check the client ID
  $ rk credential list --output csv | tr -d '\r' | cut -d, -f1-4,6
  name,tenant,client_id,key_id,state
  Delta,Delta,BUSINESSAPI.8,k2,active
  Gamma,Gamma,BUSINESSAPI.7,k2,active
  acme,acme,BUSINESSAPI.1,k,active
  beta,beta,BUSINESSAPI.2,k,active
  $ rk credential import plain.mobileconfig --all-entries --as-new --offline --passphrase-file pw
  ! Gamma: 'Gamma' is the active credential already
  ! Delta: 'Delta' is the active credential already
  ! warning: entry 'e3': client ID BUSINESSAPI.2 is in use already, by credential 'beta' of tenant 'beta'
  !   one client belongs to one tenant; check the client ID
  [3]
  $ rk credential import plain.mobileconfig --all-entries --entry e1 --as-new --offline --passphrase-file pw
  ! rekey: --all-entries takes each entry's own name
  !   leave out --entry, --tenant and the name of --update
  [2]
  $ rk credential import plain.mobileconfig --all-entries --offline --passphrase-file pw
  ! rekey: are they new credentials, or do they update some?
  !   --all-entries --as-new, or --all-entries --update
  [2]
