Forms of output: tables for people, JSON as a contract, CSV for spreadsheets.

  $ . "$TESTDIR/setup.sh"
  $ export COLUMNS=200
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2
  $ rk -q init
  $ rk -q units add u1 dir:u1 --type online --label site=north
  $ rk -q units add u2 dir:u2 --node main --type iam
  $ rk -q certs generate u1; rk -q certs generate u2
  $ rk -q units set u2 --reload '@SUM(1)'

JSON, JSON Lines.

  $ rk certs list --json
  {"certificates":[
  {"unit":"u1","node":null,"type":"online","number":"<1>","subject":"CN=u1","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{"site":"north"}},
  {"unit":"u2","node":"main","type":"iam","number":"<2>","subject":"CN=u2","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{}}
  ]}
  $ rk certs list --output json
  {"certificates":[
  {"unit":"u1","node":null,"type":"online","number":"<1>","subject":"CN=u1","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{"site":"north"}},
  {"unit":"u2","node":"main","type":"iam","number":"<2>","subject":"CN=u2","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{}}
  ]}
  $ rk certs list --output jsonl
  {"unit":"u1","node":null,"type":"online","number":"<1>","subject":"CN=u1","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{"site":"north"}}
  {"unit":"u2","node":"main","type":"iam","number":"<2>","subject":"CN=u2","issuer":"CN=rekey local <ca>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2036-03-01T12:00:00Z","days_left":3653,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2036-03-01T12:00:00Z","ends_with":null,"labels":{}}
  $ rk certs show u1/online --json
  {
    "unit": "u1",
    "node": null,
    "type": "online",
    "number": "<1>",
    "subject": "CN=u1",
    "issuer": "CN=rekey local <ca>",
    "issued_at": "2026-03-01T11:00:00Z",
    "expires_at": "2036-03-01T12:00:00Z",
    "days_left": 3653,
    "state": "active",
    "key": "ec-p256",
    "signature": "ecdsa-with-SHA256",
    "reason": null,
    "predecessor": null,
    "fingerprint_sha256": "<sha256>",
    "chain_ends_at": "2036-03-01T12:00:00Z",
    "ends_with": null,
    "sans": [
      "dns:u1"
    ],
    "usages": [
      "clientAuth",
      "serverAuth"
    ],
    "key_usage": [
      "digitalSignature"
    ],
    "certificate_policies": [],
    "crl_urls": [],
    "ocsp_urls": [],
    "ca_issuer_urls": [],
    "recorded_at": "2026-03-01T12:00:00Z",
    "ended_at": null,
    "revoked_at": null,
    "revocation_reason": null,
    "actor": "<actor>",
    "comment": ""
  }
  $ rk units list --json
  {"units":[
  {"name":"u1","address":"dir:$T/u1","status":"online","offline_since":null,"offline_cause":"","next_attempt":null,"seen_at":"2026-03-01T12:00:00Z","labels":{"site":"north"},"slots":["online"],"reload":"","probe":"","must_reconnect_by":"2036-03-01T12:00:00Z","at_risk":0},
  {"name":"u2","address":"dir:$T/u2","status":"online","offline_since":null,"offline_cause":"","next_attempt":null,"seen_at":"2026-03-01T12:00:00Z","labels":{},"slots":["main/iam"],"reload":"@SUM(1)","probe":"","must_reconnect_by":"2036-03-01T12:00:00Z","at_risk":0}
  ]}
  $ rk units list --output jsonl
  {"name":"u1","address":"dir:$T/u1","status":"online","offline_since":null,"offline_cause":"","next_attempt":null,"seen_at":"2026-03-01T12:00:00Z","labels":{"site":"north"},"slots":["online"],"reload":"","probe":"","must_reconnect_by":"2036-03-01T12:00:00Z","at_risk":0}
  {"name":"u2","address":"dir:$T/u2","status":"online","offline_since":null,"offline_cause":"","next_attempt":null,"seen_at":"2026-03-01T12:00:00Z","labels":{},"slots":["main/iam"],"reload":"@SUM(1)","probe":"","must_reconnect_by":"2036-03-01T12:00:00Z","at_risk":0}
  $ rk certs renew u1 --reason rotation --comment '=HYPERLINK("x")' --json
  {"run":3,"reason":"rotation","items":[
  {"unit":"u1","node":null,"type":"online","outcome":"renewed","old_number":"<1>","new_number":"<3>","error":null,"reason":"rotation","why":"=HYPERLINK(\"x\")"}
  ]}
  ! run 3: 1 renewed
  $ rk certs renew u1 --output jsonl
  {"unit":"u1","node":null,"type":"online","outcome":"renewed","old_number":"<3>","new_number":"<4>","error":null,"reason":"manual","why":"asked for"}
  ! run 4: 1 renewed
  $ rk certs history u1/online --json
  {"history":[
  {"old_number":null,"new_number":"<1>","at":"2026-03-01T12:00:00Z","reason":null,"state":"superseded","actor":"<actor>","comment":"","unit":"u1","node":null,"type":"online","run":1},
  {"old_number":"<1>","new_number":"<3>","at":"2026-03-01T12:00:00Z","reason":"rotation","state":"superseded","actor":"<actor>","comment":"=HYPERLINK(\"x\")","unit":"u1","node":null,"type":"online","run":3},
  {"old_number":"<3>","new_number":"<4>","at":"2026-03-01T12:00:00Z","reason":"manual","state":"active","actor":"<actor>","comment":"","unit":"u1","node":null,"type":"online","run":4}
  ]}
  $ rk issuers list --json
  {"issuers":[
  {"name":"local","kind":"local","default":true,"subject":"CN=rekey local <ca>","number":"<5>","issued_at":"2026-03-01T11:00:00Z","expires_at":"2056-03-01T12:00:00Z","days_left":10958,"key":"ec-p256","fingerprint_sha256":"<sha256>","chain_ends_at":"2056-03-01T12:00:00Z","ends_with":null}
  ]}
  $ rk runs list --json
  {"runs":[
  {"run":4,"command":"renew","selection":"u1","reason":null,"issuer":null,"comment":"","actor":"<actor>","started_at":"2026-03-01T12:00:00Z","finished_at":"2026-03-01T12:00:00Z","status":"done","done":1,"deferred":0,"failed":0,"refused":0,"open":0},
  {"run":3,"command":"renew","selection":"u1","reason":"rotation","issuer":null,"comment":"=HYPERLINK(\"x\")","actor":"<actor>","started_at":"2026-03-01T12:00:00Z","finished_at":"2026-03-01T12:00:00Z","status":"done","done":1,"deferred":0,"failed":0,"refused":0,"open":0},
  {"run":2,"command":"generate","selection":"u2","reason":null,"issuer":null,"comment":"","actor":"<actor>","started_at":"2026-03-01T12:00:00Z","finished_at":"2026-03-01T12:00:00Z","status":"done","done":1,"deferred":0,"failed":0,"refused":0,"open":0},
  {"run":1,"command":"generate","selection":"u1","reason":null,"issuer":null,"comment":"","actor":"<actor>","started_at":"2026-03-01T12:00:00Z","finished_at":"2026-03-01T12:00:00Z","status":"done","done":1,"deferred":0,"failed":0,"refused":0,"open":0}
  ]}
  $ rk runs show 3 --json
  {"run":3,"command":"renew","selection":"u1","reason":"rotation","issuer":null,"comment":"=HYPERLINK(\"x\")","actor":"<actor>","started_at":"2026-03-01T12:00:00Z","finished_at":"2026-03-01T12:00:00Z","status":"done","done":1,"deferred":0,"failed":0,"refused":0,"open":0,"items":[
  {"unit":"u1","node":null,"type":"online","outcome":"renewed","old_number":"<1>","new_number":"<3>","error":null,"reason":"rotation","why":"=HYPERLINK(\"x\")","step":"confirmed"}
  ]}
  $ rk certs verify --json
  {"findings":[]}
  ! every slot holds what is recorded
  $ rk audit list --json | head -3
  {"entries":[
  {"seq":1,"at":"2026-03-01T12:00:00Z","actor":"<actor>","action":"home.create","subject":"home","detail":"{}","hash":"<sha256>"},
  {"seq":2,"at":"2026-03-01T12:00:00Z","actor":"<actor>","action":"issuer.create","subject":"local","detail":"{\"number\":\"<5>\",\"subject\":\"CN=rekey local <ca>\",\"fingerprint_sha256\":\"<sha256>\",\"expires_at\":\"2056-03-01T12:00:00Z\"}","hash":"<sha256>"},
  $ rk audit verify --json
  {
    "entries": 13,
    "head": "<sha256>",
    "sound": true,
    "problems": []
  }
  $ rk doctor --json
  {"findings":[]}
  ! the home is sound

Nothing is still JSON.

  $ rk certs list --state pending --json
  {"certificates":[]}
  ! no certificate matches --state pending
  $ rk certs list --state pending --output jsonl
  ! no certificate matches --state pending
  $ rk certs list --state pending
  ! no certificate matches --state pending
  $ rk certs renew --due --json
  {"run":null,"reason":null,"items":[]}

CSV: a spreadsheet takes nothing for a formula.

  $ rk certs list --output csv | tr -d '\r'
  unit,node,type,number,subject,issuer,issued_at,expires_at,days_left,state,key,signature,reason,predecessor,fingerprint_sha256,chain_ends_at,ends_with,labels
  u1,,online,<4>,CN=u1,CN=rekey local <ca>,2026-03-01T11:00:00Z,2036-03-01T12:00:00Z,3653,active,ec-p256,ecdsa-with-SHA256,manual,<3>,<sha256>,2036-03-01T12:00:00Z,,site=north
  u2,main,iam,<2>,CN=u2,CN=rekey local <ca>,2026-03-01T11:00:00Z,2036-03-01T12:00:00Z,3653,active,ec-p256,ecdsa-with-SHA256,,,<sha256>,2036-03-01T12:00:00Z,,
  $ rk units list --output csv | tr -d '\r'
  name,address,status,offline_since,offline_cause,next_attempt,seen_at,labels,slots,reload,probe,must_reconnect_by,at_risk
  u1,dir:$T/u1,online,,,,2026-03-01T12:00:00Z,site=north,online,,,2036-03-01T12:00:00Z,0
  u2,dir:$T/u2,online,,,,2026-03-01T12:00:00Z,,main/iam,'@SUM(1),,2036-03-01T12:00:00Z,0
  $ rk certs history u1/online --output csv | tr -d '\r'
  old_number,new_number,at,reason,state,actor,comment,unit,node,type,run
  ,<1>,2026-03-01T12:00:00Z,,superseded,<actor>,,u1,,online,1
  <1>,<3>,2026-03-01T12:00:00Z,rotation,superseded,<actor>,"'=HYPERLINK(""x"")",u1,,online,3
  <3>,<4>,2026-03-01T12:00:00Z,manual,active,<actor>,,u1,,online,4
  $ rk certs renew u1 --output csv | tr -d '\r'
  unit,node,type,outcome,old_number,new_number,error,reason,why
  u1,,online,renewed,<4>,<6>,,manual,asked for
  ! run 5: 1 renewed

A form that is none.

  $ rk certs list --output xml
  ! rekey: --output: 'xml' is none of table, json, jsonl, csv
  !   as in: --output table
  [2]

A subject with terminal escapes is shown, and not obeyed; JSON keeps what it says.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem \
  >     -subj "/CN=$(printf 'a\033[31mred\r\302\233x\342\200\256y')" -utf8 -days 9 -set_serial 0x0102030405060708 2>/dev/null
  $ rk units adopt u1 web --cert a.pem --key a.key --accept-names
  ! u1/web: adopted certificate 0102030405060708, which expires 2026-03-10T12:00:00Z
  ! a.pem and a.key are links into the slot now
  ! not kept: basic constraints CA:TRUE: not in what is made here
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ rk certs list u1 --type web
  SLOT    NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/web  <7>  2026-03-01  2026-03-10     9  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ rk certs list u1 --type web --json
  {"certificates":[
  {"unit":"u1","node":null,"type":"web","number":"0102030405060708","subject":"CN=a\\1B[31mred\\0D\\C2\\9Bx\\E2\\80\\AEy","issuer":"CN=a\\1B[31mred\\0D\\C2\\9Bx\\E2\\80\\AEy","issued_at":"2026-03-01T12:00:00Z","expires_at":"2026-03-10T12:00:00Z","days_left":9,"state":"active","key":"ec-p256","signature":"ecdsa-with-SHA256","reason":null,"predecessor":null,"fingerprint_sha256":"<sha256>","chain_ends_at":"2026-03-10T12:00:00Z","ends_with":null,"labels":{"site":"north"}}
  ]}
  $ rk certs list u1 --type web --output csv | tr -d '\r'
  unit,node,type,number,subject,issuer,issued_at,expires_at,days_left,state,key,signature,reason,predecessor,fingerprint_sha256,chain_ends_at,ends_with,labels
  u1,,web,0102030405060708,CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy,CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy,2026-03-01T12:00:00Z,2026-03-10T12:00:00Z,9,active,ec-p256,ecdsa-with-SHA256,,,<sha256>,2026-03-10T12:00:00Z,,site=north
  $ rk certs show u1/web | grep subject
  subject  CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ on_terminal certs list u1 --type web
  SLOT    NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/web  <7>  2026-03-01  2026-03-10     9  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy

What goes to a pipe is not shortened, whatever $COLUMNS says; but a number is as short as it can be, and commands take it so.

  $ COLUMNS= rk certs list u1 --type web
  SLOT    NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/web  <7>  2026-03-01  2026-03-10     9  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ rk certs show 010203040506 | grep -E '^(unit|type|number)'
  unit  u1
  type  web
  number  0102030405060708
  $ COLUMNS=40 rk certs list u1 --type web --wide
  SLOT    NUMBER            ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/web  0102030405060708  2026-03-01  2026-03-10     9  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ COLUMNS=10 rk certs list u1 --type web 2>/dev/null | wc -l
  2

Colour on a terminal only, and not when it is unwanted.

  $ export TERM=xterm
  $ at +8d on_terminal certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3645  active  ec-p256  manual  CN=rekey local <ca>
  ^[[31mu1/web     <7>  2026-03-01  2026-03-10     1  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy^[[0m
  $ at +20d on_terminal certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3633  active  ec-p256  manual  CN=rekey local <ca>
  ^[[31mu1/web     <7>  2026-03-01  2026-03-10   -11  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy^[[0m
  $ at +20d rk certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3633  active  ec-p256  manual  CN=rekey local <ca>
  u1/web     <7>  2026-03-01  2026-03-10   -11  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ NO_COLOR=1 at +20d on_terminal certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3633  active  ec-p256  manual  CN=rekey local <ca>
  u1/web     <7>  2026-03-01  2026-03-10   -11  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy
  $ TERM=dumb at +20d on_terminal certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3633  active  ec-p256  manual  CN=rekey local <ca>
  u1/web     <7>  2026-03-01  2026-03-10   -11  active  ec-p256          CN=a\1B[31mred\0D\C2\9Bx\E2\80\AEy

Data goes to stdout, what is said to people to stderr.

  $ rk certs list 2>&1 | head -1
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  $ "$REKEY_BINARY" certs list >/dev/full; echo $?
  rekey: standard output does not take what is written
  1

The same name ten thousand times is one.

  $ rk certs list $(yes u1 | head -10000) --type online
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3653  active  ec-p256  manual  CN=rekey local <ca>
  $ rk certs renew $(yes u1/online | head -10000)
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  manual  <6>  <8>
  ! run 6: 1 renewed
  $ rk certs renew $(seq -f x%g 10000)
  ! rekey: there is no unit 'x1'
  !   did you mean 'u1'? see: rekey units list
  [2]
