Credentials that device management delivers, and records from files.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ start_provider
  $ trap stop_provider EXIT
  $ rk -q init
  $ for n in 1 2 3; do new_key $n.pem; allow BUSINESSAPI.$n key-$n $n.pem; done
  $ echo 'correct horse' > pass
  $ chmod 600 pass

A list becomes a payload, which nobody can read without the passphrase.

  $ cat > list.csv <<END
  > id,name,scope,client_id,key_id,version,key_file
  > e1,acme,business,BUSINESSAPI.1,key-1,1,1.pem
  > e2,globex,business,BUSINESSAPI.2,key-2,1,2.pem
  > END
  $ rk credential pack --csv list.csv --out payload.plist --passphrase-file pass
  ! wrote 2 entries to payload.plist
  $ rk credential pack --csv list.csv --out payload.plist --passphrase-file pass
  ! rekey: payload.plist is there already
  !   name a new file
  [6]
  $ stat -c %a payload.plist
  600
  $ grep -c 'PRIVATE KEY' payload.plist
  0
  [1]
  $ sed 's/acme/=acme()/' list.csv > formula.csv
  $ rk credential pack --csv formula.csv --out bad.plist --passphrase-file pass
  ! rekey: formula.csv, line 2: the name is a formula
  !   names and IDs do not begin with = + - or @
  [2]

A script has to say what it wants; the message is the command to run.

  $ rk credential import payload.plist --as-new
  ! rekey: payload.plist has 2 entries
  !   import one after the other: rekey credential import payload.plist --as-new --entry e1
  [2]
  $ rk credential import payload.plist --entry e1
  ! rekey: is it a new credential, or does it update one?
  !   rekey credential import payload.plist --as-new --entry e1
  !   rekey credential import payload.plist --update NAME --entry e1
  [2]

Imported once; a wrong passphrase changes nothing.

  $ echo wrong > wrong
  $ ask credential import payload.plist --as-new --entry e1 --passphrase-file wrong $endpoints
  ! rekey: .* (re)
  !   .* (re)
  [6]
  $ rk tenants list
  $ ask credential import payload.plist --as-new --entry e1 --passphrase-file pass $endpoints
  ! acme: 'acme' is active
  $ ask credential import payload.plist --as-new --entry e1
  ! acme: 'acme' is the active credential already
  $ ask --json credential list | sed -n 's/.*"source":"\([^"]*\)".*/\1/p'
  payload/e1

What waits is listed, from a folder that belongs to root.

  $ mkdir drop && cp payload.plist drop && chmod 644 drop/payload.plist && chmod 755 drop
  $ rk credential pending drop
  ENTRY  NAME    CLIENT ID      VERSION  STATUS  FILE
  e2     globex  BUSINESSAPI.2        1  new     drop/payload.plist
  $ chmod o+w drop
  $ rk credential pending drop
  ! rekey: the folder drop can be written by others than root
  !   chown root drop && chmod go-w drop
  [6]
  $ chmod o-w drop

A changed entry rotates when that is said, an older one never.

  $ sed -i 's/BUSINESSAPI.1,key-1,1,1.pem/BUSINESSAPI.3,key-3,2,3.pem/' list.csv
  $ rk -q credential pack --csv list.csv --out second.json --format json --passphrase-file pass
  $ rk credential import second.json --as-new --entry e1 --passphrase-file pass
  ! rekey: entry 'e1' has changed since it was imported
  !   to rotate its credential to it: --update
  [6]
  $ ask credential import second.json --entry e1 --passphrase-file pass --update
  ! acme: 'acme' is active; the prior key is kept until <time>
  $ ask credential import second.json --entry e1 --passphrase-file pass --update acme
  ! acme: 'acme' is the active credential already
  $ ask credential import payload.plist --entry e1 --passphrase-file pass --update acme
  ! rekey: entry 'e1' has version 1, older than 2, which was accepted
  !   import what was delivered last
  [6]
  $ ask credential list
  CREDENTIAL  TENANT  STATE       CLIENT ID      KEY ID  SCOPE         HEALTH  ACTIVE SINCE
  acme        acme    superseded  BUSINESSAPI.1  key-1   business.api  ok      <time>
  acme        acme    active      BUSINESSAPI.3  key-3   business.api  ok      <time>

Bad input gets a clear error.

  $ rotate() { ask credential rotate acme --client-id "${id:-BUSINESSAPI.2}" --key-id key-2 --key "$1"; }
  $ openssl req -x509 -key 2.pem -subj /CN=x -out cert.pem
  $ rotate cert.pem
  ! rekey: the key: a certificate, where a private key is needed
  !   give the file whose first line is -----BEGIN PRIVATE KEY-----
  [2]
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out p384.pem
  $ rotate p384.pem
  ! rekey: the key: a key of the kind ec-p384, where one on P-256 (ec-p256) is needed
  !   take the key that the provider made for this client ID
  [2]
  $ openssl pkey -in 2.pem -aes256 -passout pass:other -out encrypted.pem
  $ rotate encrypted.pem
  ! rekey: the key: Passphrase of encrypted.pem is needed, and nobody can be asked
  !   say where it is: --passphrase-file FILE
  [2]
  $ cat 2.pem 3.pem > two.pem
  $ rotate two.pem
  ! rekey: the key: more than one private key, where one is needed
  !   give a file with only the key that is meant
  [2]
  $ rotate missing.pem
  ! rekey: the key cannot be read from missing.pem: No such file or directory
  [2]
  $ id='BUSINESSAPI.2 ' rotate 2.pem
  ! rekey: the client ID has a space in it
  !   copy it from the provider again, and nothing around it: --client-id ID
  [2]
  $ ask credential rotate acme --client-id BUSINESSAPI.2
  ! rekey: --key-id is missing
  !   as rekey credential rotate acme --client-id ID --key-id ID --key FILE
  [2]
  $ ask credential rotate nobody --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem
  ! rekey: there is no credential 'nobody'
  !   see: rekey credential list
  [2]
  $ ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem --dry-run
  ! acme: would replace 'acme' (client ID BUSINESSAPI.3) by 'acme' (client ID BUSINESSAPI.2)

Records come from CSV and JSON Lines, go out as they came, and come in again the same.

  $ printf 'serialNumber,deviceModel,color\nD1,"Mac, new",=1+1\nD2,iPad,\n' > devices.csv
  $ echo '{"device_id":"D1","id":"C1","status":"ACTIVE","endDateTime":null,"isRenewable":true}' > coverage.jsonl
  $ rk tenants import acme --devices devices.csv --coverage coverage.jsonl
  ! acme: 2 devices imported
  ! acme: 1 coverage records imported
  $ rk tenants devices acme
  DEVICE  SERIAL  MODEL     FAMILY  STATUS  INACTIVE SINCE  LAST SEEN
  D1      D1      Mac, new                                  <time>
  D2      D2      iPad                                      <time>
  $ rk tenants coverage acme --output jsonl
  {"device_id":"D1","id":"C1","status":"ACTIVE","description":"","starts":null,"ends":null,"days_left":null,"last_seen":"<time>","attributes":{"device_id":"D1","status":"ACTIVE","endDateTime":null,"isRenewable":true}}
  $ "$REKEY_BINARY" tenants devices acme --output jsonl > out.jsonl
  $ rk -q tenants import acme --devices out.jsonl
  $ "$REKEY_BINARY" tenants devices acme --output csv > out.csv
  $ rk -q tenants import acme --devices out.csv
  $ "$REKEY_BINARY" tenants devices acme --output jsonl | sed 's/"last_seen":"[^"]*"//' > again
  $ sed 's/"last_seen":"[^"]*"//' out.jsonl | cmp - again
  $ printf 'serialNumber\nD3\nD\0004\n' | rk tenants import acme --devices -
  ! rekey: standard input, line 3: a NUL byte
  !   1 devices before it are imported; is it text, and is it UTF-8? convert it: iconv -t UTF-8
  [2]
  $ rk tenants import nobody --devices devices.csv
  ! rekey: there is no tenant 'nobody'
  !   see: rekey tenants list
  [2]
  $ rk audit verify > trail && grep sound trail
  sound     true

No key in clear is anywhere in the home.

  $ grep -rc 'PRIVATE KEY' home | grep -v ':0$'
  [1]
