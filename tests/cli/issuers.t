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
  $ rk issuers export sub | openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -noout | grep subject
  subject=CN = sub
  subject=CN = root
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
  SLOT       ACTION  REASON  WHY                                    ISSUER  OLD NUMBER                                WOULD EXPIRE
  u1/online  renew   policy  issuer is 'local', profile says 'sub'  sub     <3>  2034-05-18T12:00:00Z
  ! dry run: nothing was changed
  $ rk certs renew --due --verbose
  SLOT       OUTCOME  REASON  OLD NUMBER                                NEW NUMBER
  u1/online  renewed  policy  <3>  <4>
  ! warning: u1/online: validity shortened to 2034-05-18T12:00:00Z, when issuer 'sub' ends
  $ openssl verify -x509_strict -CAfile root.pem -untrusted sub.pem u1/online/current/cert.pem
  u1/online/current/cert.pem: OK
  $ openssl verify -CAfile root.pem -untrusted u1/online/current/fullchain.pem u1/online/current/fullchain.pem
  u1/online/current/fullchain.pem: OK
  $ rk certs renew --due
  $ rk certs list
  SLOT       NUMBER                                    ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <4>  2026-03-01  2034-05-18  3000  active  ec-p256  policy  CN=sub
