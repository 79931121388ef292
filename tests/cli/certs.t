The life of a certificate: list, generate, renew, history, export.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2
  $ rk init --organization 'Example, Ltd.'
  ! made a home at $T/home, with issuer 'local'
  $ rk units add u1 dir:u1 --type online --type iam --label site=north
  ! u1: online, holds 0 certificates
  $ rk units add u2 dir:u2 --type online --node main
  ! u2: online, holds 0 certificates

What is there: a home that nobody else can look into.

  $ stat -c '%a %n' home home/rekey.db home/seal.key home/runs
  700 home
  600 home/rekey.db
  600 home/seal.key
  700 home/runs
  $ rk init
  ! $T/home is a home already
  $ rk units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  u1  online  2026-03-01T12:00:00Z  0  iam, online  site=north  dir:$T/u1
  u2  online  2026-03-01T12:00:00Z  0  main/online  dir:$T/u2
  $ rk certs list

The first certificates; filled slots are kept, one that is named is refused.

  $ rk certs generate u1
  SLOT       OUTCOME    REASON  OLD NUMBER  NEW NUMBER
  u1/iam     generated                      <1>
  u1/online  generated                      <2>
  ! run 1: 2 generated
  $ rk certs generate u2
  SLOT            OUTCOME    REASON  OLD NUMBER  NEW NUMBER
  u2/main/online  generated                      <3>
  ! run 2: 1 generated
  $ rk certs generate u1
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/iam     kept             <1>
  u1/online  kept             <2>
  ! nothing to do
  ! filled slots were kept; to replace their certificates: rekey certs renew u1
  $ rk certs generate u1 online
  ! rekey: u1/online is filled, by certificate <2>
  !   to replace it: rekey certs renew u1/online
  [6]
  $ rk certs generate u1 online sm --dry-run
  ! rekey: u1/online is filled, by certificate <2>
  !   to replace it: rekey certs renew u1/online
  [6]
  $ rk certs generate u1 sm --dry-run
  SLOT   ACTION    REASON  WHY       ISSUER  OLD NUMBER  WOULD EXPIRE
  u1/sm  generate          new slot  local               2036-03-01T12:00:00Z
  ! dry run: nothing was changed
  $ rk certs generate u1 sm --issuer nobody 2>&1 | head -1; rk certs show u1/sm 2>&1 | head -1
  ! rekey: there is no issuer 'nobody'
  ! rekey: unit 'u1' has no slot 'sm'
  $ rk certs generate u1 sm --quiet
  $ rk certs list
  SLOT            NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/iam          <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  u1/online       <2>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  u1/sm           <4>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  u2/main/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  $ rk certs list --type online --label site=north --json
  {"certificates":[
  {"unit":"u1","node":null,"type":"online","number":"<2>","subject":"CN=u1,O=Example\\, Ltd.","issuer":"CN=rekey local <ca>,O=Example\\, Ltd.","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{"site":"north"}}
  ]}
  $ rk certs list --due 90d
  ! no certificate matches --expiring 90d
  $ rk certs list --due 11y --output csv | head -2 | tr -d '\r'
  unit,node,type,number,subject,issuer,issued_at,expires_at,days_left,state,key,signature,reason,predecessor,fingerprint_sha256,chain_ends_at,ends_with,labels
  u1,,iam,<1>,"CN=u1,O=Example\, Ltd.","CN=rekey local <ca>,O=Example\, Ltd.",2026-03-01T11:00:00Z,2036-03-01T12:00:00Z,3653,active,ec-p256,ecdsa-with-SHA256,,,<sha256>,2036-03-01T12:00:00Z,,site=north

A unit where one certificate is meant, and a slot in two words.

  $ rk certs show u1
  ! rekey: 'u1' is a unit, and one certificate is meant
  !   name its slot: u1/iam; all of them: rekey certs list u1
  [2]
  $ rk certs renew u1 online
  ! rekey: there is no unit 'online'
  !   did you mean the slot 'u1/online'? one is written UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk certs list u1 online
  ! rekey: there is no unit 'online'
  !   did you mean the slot 'u1/online'? one is written UNIT/TYPE or UNIT/NODE/TYPE
  [2]

openssl says the same.

  $ openssl x509 -in u1/online/current/cert.pem -noout -subject -issuer -serial -dates | scrub
  subject=O = "Example, Ltd.", CN = u1
  issuer=O = "Example, Ltd.", CN = rekey local <ca>
  serial=<2>
  notBefore=Mar  1 11:00:00 2026 GMT
  notAfter=Mar  1 12:00:00 2036 GMT
  $ openssl x509 -in u1/online/current/cert.pem -noout -ext basicConstraints,keyUsage,extendedKeyUsage,subjectAltName
  X509v3 Basic Constraints: critical
      CA:FALSE
  X509v3 Key Usage: critical
      Digital Signature
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication, TLS Web Server Authentication
  X509v3 Subject Alternative Name: 
      DNS:u1
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" ca.pem
  $ openssl verify -CAfile ca.pem u1/online/current/cert.pem u2/main/online/current/cert.pem
  u1/online/current/cert.pem: OK
  u2/main/online/current/cert.pem: OK
  $ openssl verify -CAfile ca.pem -untrusted u1/iam/current/chain.pem u1/iam/current/fullchain.pem
  u1/iam/current/fullchain.pem: OK
  $ stat -c '%a %n' u1/online/current/*.pem
  644 u1/online/current/cert.pem
  644 u1/online/current/chain.pem
  644 u1/online/current/fullchain.pem
  600 u1/online/current/key.pem
  644 u1/online/current/trust.pem

One is renewed: new number, new key; the others stay.

  $ sha256sum u1/online/current/key.pem u1/iam/current/key.pem >keys
  $ rk certs renew u1/online --reason audit --comment 'asked by the auditor' --dry-run
  SLOT       ACTION  REASON  WHY                   ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/online  renew   audit   asked by the auditor  local   <2>  2036-03-01T12:00:00Z
  ! dry run: nothing was changed
  $ sha256sum --quiet -c keys
  $ at +1h rk certs renew u1/online --reason audit --comment 'asked by the auditor'
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  audit   <2>  <5>
  ! run 4: 1 renewed
  $ sha256sum -c keys 2>/dev/null
  u1/online/current/key.pem: FAILED
  u1/iam/current/key.pem: OK
  [1]
  $ rk certs history u1/online
  WHEN  OLD NUMBER  NEW NUMBER  REASON  STATE  BY  COMMENT
  2026-03-01T12:00:00Z  <2>  superseded  <actor>
  2026-03-01T13:00:00Z  <2>  <5>  audit  active  <actor>  asked by the auditor
  $ rk certs list u1 --history
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE       KEY      REASON  ISSUER
  u1/iam     <1>  2026-03-01  2036-03-01  3653  active      ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  u1/online  <2>  2026-03-01  2036-03-01        superseded  ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  u1/online  <5>  2026-03-01  2036-03-01  3653  active      ec-p256  audit   CN=rekey local <ca>,O=Example\, Ltd.
  u1/sm      <4>  2026-03-01  2036-03-01  3653  active      ec-p256          CN=rekey local <ca>,O=Example\, Ltd.
  $ rk certs show u1/online
  unit  u1
  node  -
  type  online
  number  <5>
  subject  CN=u1,O=Example\, Ltd.
  issuer  CN=rekey local <ca>,O=Example\, Ltd.
  issued at  2026-03-01T12:00:00Z
  expires at  2036-03-01T13:00:00Z
  days left  3653
  state  active
  key  ec-p256
  signature  ecdsa-with-SHA256
  reason  audit
  predecessor  <2>
  fingerprint sha256  <sha256>
  chain ends at  2036-03-01T13:00:00Z
  ends with  -
  sans  dns:u1
  usages  clientAuth, serverAuth
  key usage  digitalSignature
  certificate policies  -
  crl urls  -
  ocsp urls  -
  ca issuer urls  -
  recorded at  2026-03-01T13:00:00Z
  ended at  -
  revoked at  -
  revocation reason  -
  actor  <actor>
  comment  asked by the auditor
  $ rk certs verify
  ! every slot holds what is recorded

Exports are what the unit holds.

  $ "$REKEY_BINARY" certs export u1/online | cmp - u1/online/current/cert.pem
  $ "$REKEY_BINARY" certs export u1/online --output chain | cmp - u1/online/current/fullchain.pem
  $ "$REKEY_BINARY" certs export u1/online --output der | openssl x509 -inform der | cmp - u1/online/current/cert.pem

All of a unit, and all of the fleet.

  $ at +2h rk certs renew u1 --quiet
  $ at +2h rk certs renew --all --json
  {"run":6,"reason":"manual","items":[
  {"unit":"u1","node":null,"type":"iam","outcome":"renewed","old_number":"<6>","new_number":"<7>","error":null,"reason":"manual","why":"asked for"},
  {"unit":"u1","node":null,"type":"online","outcome":"renewed","old_number":"<8>","new_number":"<9>","error":null,"reason":"manual","why":"asked for"},
  {"unit":"u1","node":null,"type":"sm","outcome":"renewed","old_number":"<10>","new_number":"<11>","error":null,"reason":"manual","why":"asked for"},
  {"unit":"u2","node":"main","type":"online","outcome":"renewed","old_number":"<3>","new_number":"<12>","error":null,"reason":"manual","why":"asked for"}
  ]}
  ! run 6: 4 renewed
  $ rk runs list
  RUN  STARTED  STATUS  COMMAND  SELECTION  REASON  DONE  DEFERRED  FAILED  OPEN  BY
    6  2026-03-01T14:00:00Z  done  renew  all  4  0  0  0  <actor>
    5  2026-03-01T14:00:00Z  done  renew  u1  3  0  0  0  <actor>
    4  2026-03-01T13:00:00Z  done  renew  u1/online  audit  1  0  0  0  <actor>
    3  2026-03-01T12:00:00Z  done  generate  u1/sm  1  0  0  0  <actor>
    2  2026-03-01T12:00:00Z  done  generate  u2  1  0  0  0  <actor>
    1  2026-03-01T12:00:00Z  done  generate  u1  2  0  0  0  <actor>
  $ rk runs show 6
  run  6
  command  renew
  selection  all
  reason  -
  issuer  -
  comment  -
  actor  <actor>
  started at  2026-03-01T14:00:00Z
  finished at  2026-03-01T14:00:00Z
  status  done
  done  4
  deferred  0
  failed  0
  refused  0
  open  0
  SLOT  OUTCOME  REASON  OLD NUMBER  NEW NUMBER  STEP  WHY  ERROR
  u1/iam  renewed  manual  <6>  <7>  confirmed  asked for
  u1/online  renewed  manual  <8>  <9>  confirmed  asked for
  u1/sm  renewed  manual  <10>  <11>  confirmed  asked for
  u2/main/online  renewed  manual  <3>  <12>  confirmed  asked for
  $ at +1d rk certs check
  CERTS OK - 4 certificates, 0 critical, 0 warning; u1/iam expires 2036-03-01T14:00:00Z (in 3652 d) | total=4 warning=0 critical=0
  $ at +3600d rk certs check --warning 90d --critical 7d
  CERTS WARNING - 4 certificates, 0 critical, 4 warning; u1/iam expires 2036-03-01T14:00:00Z (in 53 d) | total=4 warning=4 critical=0
  [1]
  $ at +3600d rk certs check --warning 30d --warning iam=90d --critical 7d | cut -d'|' -f2
   total=4 warning=1 critical=0
  $ at +3600d rk certs check --warning iam=90d --critical iam=60d | cut -d'|' -f2
   total=4 warning=0 critical=1
  $ rk certs check --warning iam=3d
  CERTS UNKNOWN - of type iam: --critical (7d) must not be longer than --warning (3d); as --warning iam=10d --critical iam=2d
  [3]
  $ rk certs check --warning iaam=3d --critical iaam=1d
  CERTS UNKNOWN - no unit has a slot of type 'iaam'; did you mean 'iam'? see: rekey certs list
  [3]
  $ rk certs check --warning 30d --warning 20d
  CERTS UNKNOWN - --warning is given twice for the same; as --warning 30d --warning iam=10d
  [3]
  $ at +3650d rk certs check
  CERTS CRITICAL - 4 certificates, 4 critical, 0 warning; u1/iam expires 2036-03-01T14:00:00Z (in 3 d) | total=4 warning=0 critical=4
  [2]
  $ at +3700d rk certs check
  CERTS CRITICAL - 4 certificates, 4 critical, 0 warning; u1/iam expired 2036-03-01T14:00:00Z (46 d ago) | total=4 warning=0 critical=4
  [2]

The trail is whole.

  $ rk audit verify
  entries   29
  head      <sha256>
  sound     true
  problems  -
  $ rk audit list --output csv | cut -d, -f1,4,5 | tr -d '\r' | head -8
  seq,action,subject
  1,home.create,home
  2,issuer.create,local
  3,unit.add,u1
  4,unit.add,u2
  5,certificate.issue,u1/online
  6,certificate.generate,u1/online
  7,certificate.issue,u1/iam
  $ rk audit export | tail -1
  {"seq":29,"at":"2026-03-01T14:00:00Z","actor":"<actor>","action":"certificate.renew","subject":"u1/iam","detail":"{\"old\":\"<6>\",\"new\":\"<7>\",\"reason\":\"manual\",\"why\":\"asked for\",\"revoked\":false,\"run\":6}","hash":"<sha256>"}
  $ sqlite3 home/rekey.db "UPDATE audit SET subject = 'u9' WHERE seq = 4"
  $ rk audit verify
  entries   29
  head      <sha256>
  sound     false
  problems  entry 4 does not fit its hash, or not the entry before it
  [6]

A store and its seal key alone, put back from a backup, are a home that works.

  $ mkdir -m 700 restored; cp home/rekey.db home/seal.key restored
  $ at +2h rk -q --home restored certs renew u1/iam --output csv | cut -d, -f1,3,4 | tr -d '\r'; stat -c %a restored/runs
  unit,type,outcome
  u1,iam,renewed
  700
