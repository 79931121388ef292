Issuers: more CAs, brought along or made, and which of them signs.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1; rk -q init --organization Example
  $ rk -q units add u1 dir:u1 --type online; rk -q certs generate u1
  $ rk issuers list
  ISSUER  DEFAULT  KIND   KEY      EXPIRES                DAYS  SUBJECT
  local   true     local  ec-p256  2056-03-01T12:00:00Z  10958  CN=rekey local <ca>,O=Example
  $ rk issuers show local
  name                local
  kind                local
  default             true
  subject             CN=rekey local <ca>,O=Example
  number              <1>
  issued at           2026-03-01T11:00:00Z
  expires at          2056-03-01T12:00:00Z
  days left           10958
  key                 ec-p256
  fingerprint sha256  <sha256>
  chain ends at       2056-03-01T12:00:00Z
  ends with           -
  $ rk issuers show nobody
  ! rekey: there is no issuer 'nobody'
  !   the issuers are: local
  [2]

The CA as openssl sees it.

  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" local.pem
  $ openssl x509 -in local.pem -noout -subject -dates -ext basicConstraints,keyUsage | scrub
  subject=O = Example, CN = rekey local <ca>
  notBefore=Mar  1 11:00:00 2026 GMT
  notAfter=Mar  1 12:00:00 2056 GMT
  X509v3 Basic Constraints: critical
      CA:TRUE, pathlen:0
  X509v3 Key Usage: critical
      Certificate Sign, CRL Sign
  $ openssl verify -x509_strict -CAfile local.pem u1/online/current/cert.pem
  u1/online/current/cert.pem: OK

One that is made, and one that is brought along below a root.

  $ rk issuers create second
  ! made issuer 'second', CN=rekey second <ca>,O=Example, which expires 2056-03-01T12:00:00Z
  $ rk issuers create second
  ! rekey: there is an issuer named second already
  !   choose another name
  [6]
  $ openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -subj /CN=root -days 7300 \
  >     -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign -set_serial 0x0102030405060708 2>/dev/null
  $ openssl req -newkey rsa:3072 -nodes -keyout sub.key -out sub.req -subj /CN=sub 2>/dev/null
  $ printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' >sub.ext
  $ openssl x509 -req -in sub.req -CA root.pem -CAkey root.key -set_serial 0x0102030405060709 -days 3000 -extfile sub.ext -out sub.pem 2>/dev/null
  $ rk issuers add sub --cert sub.pem --key sub.key
  ! rekey: sub.pem: the chain is not complete: certificate 1 of 1 (CN=sub) was issued by 'CN=root', which is missing
  !   add the issuers up to the root
  [6]
  $ cat sub.pem root.pem >chain.pem
  $ rk issuers add sub --cert chain.pem --key sub.key
  ! added issuer 'sub', CN=sub, which expires 2034-05-18T12:00:00Z
  ! warning: this CA may not sign lists of revoked certificates (its keyUsage lacks cRLSign): what it signs can be revoked here, but no list will say so
  $ rk issuers list
  ISSUER  DEFAULT  KIND   KEY       EXPIRES                DAYS  SUBJECT
  local   true     local  ec-p256   2056-03-01T12:00:00Z  10958  CN=rekey local <ca>,O=Example
  second  false    local  ec-p256   2056-03-01T12:00:00Z  10958  CN=rekey second <ca>,O=Example
  sub     false    local  rsa-3072  2034-05-18T12:00:00Z   3000  CN=sub
  $ rk issuers export sub | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -noout | sed -n 's/ = /=/; /subject/p'
  subject=CN=sub
  subject=CN=root
  $ grep -rl 'PRIVATE KEY' home
  [1]

The default signs where nothing else is said: what others signed is due.

  $ rk issuers default sub
  ! issuer 'sub' is the default; what others signed is due now, see: rekey certs renew --due --dry-run
  $ rk issuers list --output csv | cut -d, -f1,3 | tr -d '\r'
  name,default
  local,false
  second,false
  sub,true
  $ rk certs renew --due --dry-run
  SLOT       ACTION  REASON  WHY                                 ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/online  renew   policy  issuer is 'local', rules say 'sub'  sub     <3>  2034-05-18T12:00:00Z
  ! warning: 1 slot: validity shortened to 2034-05-18T12:00:00Z, when issuer 'sub' ends
  ! dry run: nothing was changed
  $ rk certs renew --due --verbose
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  policy  <3>  <4>
  ! warning: 1 slot: validity shortened to 2034-05-18T12:00:00Z, when issuer 'sub' ends
  $ openssl verify -x509_strict -CAfile root.pem -untrusted sub.pem u1/online/current/cert.pem
  u1/online/current/cert.pem: OK
  $ openssl verify -CAfile root.pem -untrusted u1/online/current/fullchain.pem u1/online/current/fullchain.pem
  u1/online/current/fullchain.pem: OK
  $ rk certs renew --due
  $ rk certs list
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <4>  2026-03-01  2034-05-18  3000  active  ec-p256  policy  CN=sub

A CA in one file, with its passphrase; wrong ones are told.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout top.key -out top.pem -subj /CN=top -days 7300 \
  >     -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  $ openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout below.key -out below.req -subj /CN=below 2>/dev/null
  $ printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' >below.ext
  $ openssl x509 -req -in below.req -CA top.pem -CAkey top.key -set_serial 0x0102030405060711 -days 3000 -extfile below.ext -out below.pem 2>/dev/null
  $ (umask 077; echo 'correct horse' >pass; echo wrong >other; openssl pkcs12 -export -inkey below.key -in below.pem -certfile top.pem -passout file:pass -out below.p12)
  $ rk issuers add below --pkcs12 below.p12 --passphrase-file other
  ! rekey: below.p12: the passphrase is wrong, or the file is damaged
  !   is it the passphrase of this file?
  [2]
  $ rk issuers add below --pkcs12 below.p12 --cert below.pem
  ! rekey: --pkcs12 has key and certificates
  !   leave out --cert and --key, or --pkcs12
  [2]
  $ rk issuers add below --pkcs12 below.p12 --passphrase-file pass
  ! added issuer 'below', CN=below, which expires 2034-05-18T12:00:00Z
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  !   if it has published a list, take that over: rekey issuers crl below --out THAT-FILE
  $ rk issuers export below | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -noout | sed -n 's/ = /=/; /subject/p'
  subject=CN=below
  subject=CN=top
  $ openssl ec -in top.key -aes256 -passout file:pass -out top.enc 2>/dev/null; rk -q issuers add top --cert top.pem --key top.enc --passphrase-file pass

Another name; what it signs and what signs by default follow.

  $ rk issuers set sub --name works
  ! issuer 'sub' is called 'works' now
  $ rk issuers set works --name top
  ! rekey: there is an issuer named top already
  !   choose another name
  [6]
  $ rk issuers list --output csv | cut -d, -f1,3 | tr -d '\r'
  name,default
  below,false
  local,false
  second,false
  top,false
  works,true

An issuer that something needs stays; one that nothing needs is removed, and its key destroyed. What it signed is history.

  $ rk issuers remove works --yes
  ! rekey: issuer 'works' is the default
  !   make another one the default first: rekey issuers default NAME
  [6]
  $ rk -q issuers default second; rk issuers remove works --yes
  ! rekey: slots hold certificates of issuer 'works', or were moved to it
  !   move them first: rekey certs renew --issuer-is works --issuer OTHER --reason migration
  [6]
  $ printf '[type.iam]\nissuer = "below"\n' | load_policy
  $ rk issuers remove below --yes
  ! rekey: policy names issuer 'below' in [type.iam]
  !   take it out first: rekey policy edit
  [6]
  $ echo '# no rules' | load_policy
  $ rk -q units set u1 --issuer below; rk issuers remove below --yes
  ! rekey: unit 'u1' has a rule of its own that names issuer 'below'
  !   take it away first: rekey units set u1 --issuer ''
  [6]
  $ rk -q issuers set below --name low; rk policy explain u1/online --json | jq -c '.settings[]? // .rules[]? | select(.key == "issuer") | [.value, .source]'
  ["low","unit u1"]
  $ rk -q issuers set low --name below; rk -q units set u1 --issuer ''
  $ rk issuers remove local
  ! rekey: the key of issuer 'local', CN=rekey local <ca>,O=Example, would be destroyed: it could sign nothing more, no list either, so that nothing that it signed could be revoked any more
  !   to confirm it, add --yes
  [6]
  $ rk issuers remove local --yes; rk issuers list --output csv | cut -d, -f1 | tr -d '\r'
  ! issuer 'local': removed; what it signed stays in the history, and its last list as it is
  name
  below
  second
  top
  works
  $ sqlite3 home/rekey.db "SELECT length(sealed_key), removed_at IS NOT NULL FROM issuers WHERE name LIKE 'local%'"
  0|1
  $ rk certs list u1 --history --json | jq -r '.certificates[].state'
  superseded
  active
  $ old=$(sqlite3 home/rekey.db "SELECT number FROM certificates WHERE state = 'superseded'"); rk certs revoke "$old" --reason superseded
  ! rekey: certificate <3> was signed by an issuer that was removed on 2026-03-01T12:00:00Z
  !   no list can say any more that it is revoked
  [6]
  $ rk -q issuers create local; rk audit list --json | jq -r '.entries[] | select(.subject == "local" or .subject == "sub").action'
  issuer.create
  issuer.add
  issuer.default
  issuer.rename
  issuer.remove
  issuer.create
  $ rk audit verify | tail -1
  problems  -
  $ rk doctor
  ! the home is sound

A slot is removed for itself: it is not renewed any more, and what is on the unit stays.

  $ rk -q units set u1 --type extra; rk units remove u1/extra
  ! rekey: slot 'u1/extra' would not be renewed any more
  !   to confirm it, add --yes
  [6]
  $ rk units remove u1/extra --yes
  ! u1/extra: removed; what is on the unit was not touched
  $ rk units remove u1/online --yes
  ! rekey: u1/online holds certificate <4>
  !   to remove it all the same: rekey units remove u1/online --force
  [6]
  $ rk units show u1 --json | jq -c '[.slots, .found]'
  [["online"],[]]
  $ rk units remove u1/online --yes --force
  ! u1/online: removed; what is on the unit was not touched
  $ rk units show u1 --json | jq -c '[.slots, .found]'; rk certs renew --due; openssl verify -CAfile root.pem -untrusted sub.pem u1/online/current/cert.pem
  [[],["online"]]
  u1/online/current/cert.pem: OK
  $ rk units set u1 --type online; rk certs list u1 --json | jq -r '.certificates[] | [.type, .state] | join(",")'
  ! u1: changed
  online,active
