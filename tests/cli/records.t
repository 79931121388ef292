Lists of devices as other programs have them, and what an auditor wants to see.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2027-01-01
  $ rk -q init
  $ for i in 1 2; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $i.pem; done
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id k --key 1.pem --offline
  $ rk -q credential add beta --client-id BUSINESSAPI.2 --key-id k --key 2.pem --offline

Which columns are understood, and other names for them:

  $ rk tenants import --columns --output csv | tr -d '\r' | grep -E 'serialNumber|releasedFrom|isRenewable'
  $ printf 'Gerät;Raum\r\nc02zzz;12\r\n' >ours.csv
  $ rk tenants import acme --devices ours.csv
  $ printf 'Gerät = serialNumber\n' >map
  $ rk tenants import acme --devices ours.csv --map map --dry-run
  $ rk tenants devices acme

What an import would do:

  $ printf 'id,serialNumber,deviceModel,partNumber,orderNumber\n17,D1,"MacBook Air 13″",MLY33D/A,PO-1\n18,D2 ,iPad,,PO-2\n' >d.csv
  $ rk tenants import acme --devices d.csv
  $ printf 'serialNumber,deviceModel,partNumber,orderNumber\nd1,MacBook Air,MLY33D/A,PO-1\nD3,iPad,,\n,Mac,,\nD4,a,b,c,d\n' >e.csv
  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT count(*) FROM audit' >before
  $ rk tenants import acme --devices e.csv --dry-run
  $ sqlite3 home/rekey.db 'SELECT * FROM devices; SELECT count(*) FROM audit' | cmp - before
  $ rk tenants import acme --devices e.csv
  $ printf 'serialNumber\n,\n"' | rk tenants import acme --devices -
  $ printf 'serialNumber,x\n,1\n' | rk tenants import acme --devices -

Coverage that renews itself is told from what ends:

  $ cat >c.jsonl <<END
  > {"serialNumber":"D1","id":"A1","status":"ACTIVE","endDateTime":"2027-02-01","isRenewable":true,"isCanceled":false}
  > {"serialNumber":"D2","id":"W1","status":"Active","endDateTime":"2027-02-01","isRenewable":false}
  > {"serialNumber":"D3","id":"W2","status":"ACTIVE","endDateTime":"2026-02-01"}
  > END
  $ rk tenants import acme --coverage c.jsonl
  $ rk tenants devices acme --expiring 90d --output csv | tr -d '\r' | cut -d, -f1,10-13
  $ rk tenants devices acme --renews --output csv | tr -d '\r' | cut -d, -f1,10-13
  $ rk tenants devices acme --expiring 90d --renews --output csv | tr -d '\r' | cut -d, -f1
  $ rk tenants devices acme --expiring 10d --renews --output csv | tr -d '\r' | cut -d, -f1
  $ rk tenants coverage acme --expiring 90d
  $ rk tenants coverage acme --renews
  $ rk tenants show acme | grep soon

For the asset list:

  $ rk tenants devices acme
  $ rk tenants devices acme --columns | tr -d '\r'
  $ "$REKEY_BINARY" tenants devices acme --excel | head -c 5 | od -An -tx1
  $ rk tenants devices acme --columns --json
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
  $ rk tenants devices --all --model ipad --output csv | tr -d '\r' | cut -d, -f1,2
  $ rk tenants devices
  $ rk tenants devices acme --all

Devices of older homes, which lists had brought under other names:

  $ sqlite3 home/rekey.db "INSERT INTO devices(tenant_id, id, serial, model, family, status, attributes, first_seen, last_seen) SELECT tenant_id, '99', 'D1', 'old', '', '', '{\"room\":\"1\"}', 0, 0 FROM devices WHERE id = 'D1' LIMIT 1; UPDATE tenants SET devices = devices + 1 WHERE id = (SELECT tenant_id FROM devices WHERE id = '99'); INSERT INTO coverage SELECT tenant_id, '99', 'OLD', status, description, starts, ends, attributes, last_seen FROM coverage WHERE id = 'A1'; UPDATE tenants SET coverage = coverage + 1 WHERE id = (SELECT tenant_id FROM devices WHERE id = '99')"
  $ rk doctor
  $ rk doctor --repair
  $ rk doctor
  $ rk tenants coverage acme --search OLD --output csv | tr -d '\r' | cut -d, -f1,2
  $ sqlite3 home/rekey.db "SELECT id, position, attributes FROM device_history WHERE model = 'old'; PRAGMA foreign_key_check"
  $ rk audit verify | grep sound

All entries of a payload, signed:

  $ printf 'id,name,scope,client_id,key_id,version,key_file\ne1,Gamma,business,BUSINESSAPI.7,k2,1,1.pem\ne2,Delta,business,BUSINESSAPI.8,k2,1,2.pem\ne3,beta,business,BUSINESSAPI.2,k,1,2.pem\n' >list.csv
  $ echo 'correct horse' >pw
  $ rk -q credential pack --csv list.csv --out plain.mobileconfig --format mobileconfig --passphrase-file pw
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.pem -out s.pem -subj /CN=signer -days 9 2>/dev/null
  $ openssl cms -sign -nodetach -binary -signer s.pem -inkey k.pem -in plain.mobileconfig -outform DER -out signed.mobileconfig
  $ rk credential import signed.mobileconfig --all-entries --as-new --offline --passphrase-file pw 2>&1 | sed 's/SHA-256 is .*/SHA-256 is …/'
  $ rk credential list --output csv | tr -d '\r' | cut -d, -f1-4,6
  $ rk credential import plain.mobileconfig --all-entries --as-new --offline --passphrase-file pw
  $ rk credential import plain.mobileconfig --all-entries --entry e1 --as-new --offline --passphrase-file pw
  $ rk credential import plain.mobileconfig --all-entries --offline --passphrase-file pw
