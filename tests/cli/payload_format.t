The example of the page on payloads, another implementation of the format, opens what pack makes.

  $ . "$TESTDIR/setup.sh"
  $ sed -n '/^import base64/,/^\.Ed/p' "$TESTDIR/../../man/rekey-payload.5" | sed '$d' > example.py
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 1.pem
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 2.pem
  $ cat > list.csv <<END
  > id,name,scope,client_id,key_id,version,key_file
  > e1,acme,business,BUSINESSAPI.1,key-1,7,1.pem
  > é2,globex,school,SCHOOLAPI.2,key-2,1,2.pem
  > END
  $ echo 'correct horse' > pass
  $ rk credential pack --csv list.csv --out payload.json --passphrase-file pass
  ! wrote 2 entries to payload.json
  $ python3 example.py payload.json pass > opened.pem
  $ cat 1.pem 2.pem | cmp - opened.pem

An entry is bound to its version, and a cost that protects nothing is refused before it is used:

  $ sed 's/"version": 7/"version": 8/' payload.json > newer.json
  $ python3 example.py newer.json pass 2>&1 | tail -1
  cryptography.exceptions.InvalidTag
  $ rk -q init
  $ rk credential import newer.json --as-new --entry e1 --offline --passphrase-file pass
  ! rekey: entry 'e1' does not open: the passphrase is another one, or the entry was changed
  !   try the passphrase again, or take the payload from its source again
  [6]
  $ sed 's/131072/16384/' payload.json > weak.json
  $ rk credential import weak.json --as-new --entry e1 --offline --passphrase-file pass
  ! rekey: weak.json: entry 1 ('e1'): scrypt with N=16384, r=8, p=1 is too weak for a passphrase
  !   use N=131072, r=8, p=1 or more
  [6]
