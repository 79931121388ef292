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

  $ rk credential pack --csv list.csv --out nodir/x --passphrase-file pass
  ! rekey: there is no folder nodir
  !   is the path right?
  [2]
  $ touch empty
  $ rk credential pack --csv empty --out bad.plist --passphrase-file pass
  ! rekey: empty: empty, where a header is needed
  !   the first line names the columns
  [2]
  $ rk credential pack --csv payload.plist --out bad.plist --passphrase-file pass
  ! rekey: payload.plist: no CSV
  !   columns: id,name,scope,client_id,key_id,version,key_file
  [2]
  $ rk credential pack --csv missing.csv --out bad.plist --passphrase-file pass
  ! rekey: missing.csv cannot be read: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  [2]
  $ rk credential pack --csv list.csv --out bad.plist --passphrase-file missing
  ! rekey: the passphrase cannot be read from missing: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  [2]
  $ rk credential pack --csv list.csv --out bad.plist --passphrase-file empty
  ! rekey: empty holds no passphrase
  !   its first line is the passphrase
  [2]
  $ ls bad.plist
  ls: cannot access 'bad.plist': No such file or directory
  [2]
  $ rk credential pack --csv list.csv --out other.json --output json --passphrase-file pass --json
  {
    "file": "other.json",
    "format": "json",
    "entries": 2
  }
  ! wrote 2 entries to other.json

A script has to say what it wants; the message is the command to run.

  $ rk credential import payload.plist --as-new
  ! rekey: payload.plist has 2 entries
  !   import all of them: --all-entries; or one: rekey credential import payload.plist --as-new --entry e1
  [2]
  $ rk credential import payload.plist --entry e1
  ! rekey: is it a new credential, or does it update one?
  !   rekey credential import payload.plist --as-new --entry e1
  !   rekey credential import payload.plist --update NAME --entry e1
  [2]

  $ rk credential import payload.plist --as-new --update acme
  ! rekey: --as-new and --update exclude each other
  !   give one of them
  [2]
  $ rk credential import payload.plist --as-new --entry e9
  ! rekey: payload.plist has no entry 'e9'
  !   it has: e1, e2
  [2]
  $ rk credential import missing.plist --as-new
  ! rekey: there is no file missing.plist
  !   is the path right?
  [2]
  $ rk credential import nodir/missing.plist --as-new
  ! rekey: there is no folder nodir
  !   is the path right?
  [2]

  $ truncate -s 20M giant.plist
  $ rk credential import giant.plist --as-new
  ! rekey: ./giant.plist is larger than 4096 KiB
  !   give the managed payload; one that is that large is to be split
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
  $ rk credential pending nodir
  ! rekey: there is no folder nodir
  !   name the folder that device management fills; without a name it is /etc/rekey/payloads.d
  [2]
  $ rk credential pending drop/payload.plist
  ! rekey: drop/payload.plist is not a folder
  !   name the folder itself, not a file or a link
  [6]
  $ echo '{"a":1,"a":2}' > drop/odd && chmod 644 drop/odd
  $ rk credential pending drop
  ENTRY  NAME    CLIENT ID      VERSION  STATUS  FILE
  e2     globex  BUSINESSAPI.2        1  new     drop/payload.plist
  ! warning: drop/odd: JSON in which an object has a key twice, so that it has no one meaning
  !   take the payload from its source again
  [3]
  $ rm drop/odd

A changed entry rotates when that is said, an older one never.

  $ sed -i 's/BUSINESSAPI.1,key-1,1,1.pem/BUSINESSAPI.3,key-3,2,3.pem/' list.csv
  $ rk -q credential pack --csv list.csv --out second.json --output json --passphrase-file pass
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
  $ openssl pkey -in 2.pem -pubout -out public.pem
  $ rotate public.pem
  ! rekey: the key: a public key, where a private key is needed
  !   give the file whose first line is -----BEGIN PRIVATE KEY-----
  [2]
  $ openssl genrsa -out rsa.pem 2048 2>/dev/null
  $ rotate rsa.pem
  ! rekey: the key: a key of the kind rsa-2048, where one on P-256 (ec-p256) is needed
  !   take the key that the provider made for this client ID
  [2]
  $ rotate_encrypted() { ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key encrypted.pem "$@"; }
  $ rotate_encrypted --passphrase-file wrong
  ! rekey: the key: a private key that is encrypted with another passphrase
  !   give the passphrase of this key
  [2]
  $ rotate_encrypted --passphrase-file empty
  ! rekey: the key: empty holds no passphrase
  !   its first line is the passphrase
  [2]
  $ rotate missing.pem
  ! rekey: the key cannot be read from missing.pem: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
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

  $ ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem --patience soon
  ! rekey: --patience: 'soon' is not a length of time
  !   write it as 30d, 24h, 6mo or 10y
  [2]
  $ ask credential add 'ac me' --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem
  ! rekey: 'ac me' is not a name for a tenant
  !   give the tenant one: --tenant NAME
  [2]
  $ ask credential import payload.plist --as-new --entry e2 --passphrase-file pass $endpoints --offline
  ! globex: 'globex' is active, not verified yet
  $ rk tenants remove globex --yes
  ! globex: removed with all of its data
  $ printf '\nBUSINESSAPI.2\n' |
  >     script -qefc "$REKEY_BINARY credential rotate acme --name acme --key-id key-2 --key 2.pem --dry-run" /dev/null |
  >     tr -d '\r' | grep -aoE 'it is needed.*|would replace.*'
  it is needed; to stop: Ctrl-C
  would replace 'acme' (client ID BUSINESSAPI.3) by 'acme' (client ID BUSINESSAPI.2)

Each label around the content of the other is read.

  $ openssl ec -in 2.pem -out sec1.pem 2>/dev/null
  $ sed 's/ EC PRIVATE/ PRIVATE/' sec1.pem > as_pkcs8.pem
  $ sed 's/ PRIVATE/ EC PRIVATE/' 2.pem > as_sec1.pem
  $ for key in as_pkcs8.pem as_sec1.pem; do
  >     ask credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key $key --dry-run
  > done
  ! acme: would replace 'acme' (client ID BUSINESSAPI.3) by 'acme' (client ID BUSINESSAPI.2)
  ! acme: would replace 'acme' (client ID BUSINESSAPI.3) by 'acme' (client ID BUSINESSAPI.2)

Records come from CSV and JSON Lines, go out as they came, and come in again the same.

  $ printf 'serialNumber,deviceModel,color\nD1,"Mac, new",=1+1\nD2,iPad,\n' > devices.csv
  $ echo '{"device_id":"D1","id":"C1","status":"ACTIVE","endDateTime":null,"isRenewable":true}' > coverage.jsonl
  $ rk tenants import acme --devices devices.csv --coverage coverage.jsonl
  ! acme: 2 devices imported
  ! acme: 1 coverage record imported
  $ rk tenants devices acme
  DEVICE  SERIAL  MODEL     FAMILY  STATUS  PRODUCT  ORDER  COVERAGE  COVERED UNTIL  DAYS  INACTIVE SINCE  LAST SEEN
  D1      D1      Mac, new                                  RENEWS                                         <time>
  D2      D2      iPad                                                                                     <time>
  $ rk tenants coverage acme --output jsonl
  {"device_id":"D1","id":"C1","status":"ACTIVE","description":"","starts":null,"ends":null,"days_left":null,"renews":true,"last_seen":"<time>","attributes":{"device_id":"D1","status":"ACTIVE","endDateTime":null,"isRenewable":true}}
  $ "$REKEY_BINARY" tenants devices acme --output jsonl > out.jsonl
  $ rk -q tenants import acme --devices out.jsonl
  $ "$REKEY_BINARY" tenants devices acme --output csv > out.csv
  $ rk -q tenants import acme --devices out.csv
  $ "$REKEY_BINARY" tenants devices acme --output jsonl | sed 's/"last_seen":"[^"]*"//' > again
  $ sed 's/"last_seen":"[^"]*"//' out.jsonl | cmp - again
  $ printf 'serialNumber,deviceModel\n=D1,@x\n' | rk -q tenants import acme --devices -
  $ rk tenants devices acme --output csv | tr -d '\r' | grep "^'" | cut -d, -f1-3 | tee formula.csv
  '=D1,'=D1,'@x
  $ sed -i '1i id,serial,model' formula.csv
  $ rk tenants import acme --devices formula.csv
  ! acme: 1 device imported
  $ rk tenants devices acme | cut -c1-14
  DEVICE  SERIAL
  =D1     =D1   
  D1      D1    
  D2      D2    
  $ rk tenants import acme --devices coverage.jsonl
  ! rekey: coverage.jsonl, line 1: a coverage record, where a device is needed
  !   nothing of it is imported; coverage is imported with --coverage FILE
  [2]
  $ rk tenants import acme --coverage devices.csv
  ! rekey: devices.csv, line 2: no coverage record: neither device_id nor description, agreementNumber or a date
  !   nothing of it is imported; devices are imported with --devices FILE
  [2]
  $ rk tenants import acme --devices - --coverage - < devices.csv
  ! rekey: standard input cannot be both devices and coverage
  !   give at least one of them as a file, or import one after the other
  [2]
  $ rk tenants import acme --devices payload.plist
  ! rekey: payload.plist is neither JSON nor CSV but XML or HTML
  !   export it as CSV
  [2]
  $ rk tenants import acme --devices missing.json
  ! rekey: missing.json cannot be read: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  [2]
  $ rk tenants show acme | grep -E '^(devices|coverage|rotation)'
  devices                   3
  coverage                  1
  rotation                  prior kept until <time>
  devices without coverage  2
  devices expiring soon     0
  devices renewing soon     0
  $ printf 'serialNumber\nD3\nD\0004\n' | rk tenants import acme --devices -
  ! rekey: standard input, line 3: a NUL byte
  !   the device before it is imported; is it text? UTF-16 without a byte order mark is to be converted: iconv -f UTF-16LE -t UTF-8
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

Thousands of entries, whose keys are all in memory at once; any one of them can be taken.

  $ rk -q --home many init
  $ { head -n 1 list.csv; for i in $(seq 2000); do echo "m$i,many$i,business,BUSINESSAPI.m$i,key-1,1,1.pem"; done; } >many.csv
  $ rk credential pack --csv many.csv --out many.plist --passphrase-file pass
  ! wrote 2000 entries to many.plist
  $ rk --home many credential import many.plist --as-new --entry m1999 --offline --passphrase-file pass
  ! many1999: 'many1999' is active, not verified yet
