Units: what is recorded of them, and how it is changed.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 elsewhere
  $ rk -q init

  $ rk units list
  $ rk units add u1 dir:u1 --type online --type iam --label site=north --label rack=7 --reload true
  ! u1: online, holds 0 certificates
  $ rk units set u1/online --probe 127.0.0.1:9
  ! u1/online: changed
  $ rk units show u1
  name  u1
  address  dir:$T/u1
  status  online
  offline since  -
  offline cause  -
  next attempt  -
  seen at  2026-03-01T12:00:00Z
  labels  rack=7, site=north
  slots  iam, online
  reload  true
  probe  online=127.0.0.1:9
  must reconnect by  -
  at risk  0
  found  -
  rules  -
  slot rules  -
  $ rk units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  u1  online  2026-03-01T12:00:00Z  0  iam, online  rack=7, site=north  dir:$T/u1

What is not given stays; what is given empty is taken away.

  $ rk units set u1 --label site=south --label rack= --reload ''
  ! u1: changed
  $ rk units show u1
  name  u1
  address  dir:$T/u1
  status  online
  offline since  -
  offline cause  -
  next attempt  -
  seen at  2026-03-01T12:00:00Z
  labels  site=south
  slots  iam, online
  reload  -
  probe  online=127.0.0.1:9
  must reconnect by  -
  at risk  0
  found  -
  rules  -
  slot rules  -
  $ rk units set u1 --probe '' --type cm --node main
  ! u1: changed
  $ rk units show u1 | tail -4
  at risk  0
  found  -
  rules  -
  slot rules  -

A unit that moves with its certificates holds what it held; asking says so.

  $ rk -q certs generate u1
  $ rk units check
  ! u1: online, holds 3 certificates
  $ cp -a u1/. elsewhere
  $ rk units set u1 --address dir:elsewhere
  ! u1: changed
  $ rk units check u1
  ! u1: online, holds 3 certificates
  $ rk certs verify
  ! every slot holds what is recorded

What a unit shows in a place that nobody declared is found, and the place can be declared later.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem -subj /CN=old.example \
  >     -days 90 -set_serial 0x0102030405060708 2>/dev/null
  $ mkdir -p u2/web/gen/000001; ln -s gen/000001 u2/web/current
  $ for name in cert fullchain; do cp a.pem u2/web/gen/000001/$name.pem; done
  $ cp a.key u2/web/gen/000001/key.pem; : >u2/web/gen/000001/chain.pem
  $ rk units add u2 dir:u2
  ! u2: online, holds 1 certificate, 1 new here
  ! u2/web: found, holds certificate 0102030405060708 of 'CN=old.example'
  ! nothing is signed for what was only found; to add it: rekey units set u2 --type web
  $ rk certs list u2
  SLOT    NUMBER        ISSUED      EXPIRES     DAYS  STATE  KEY      REASON  ISSUER
  u2/web  <1>  2026-03-01  2026-05-30    90  found  ec-p256          CN=old.example
  $ rk units add u2 dir:u2
  ! u2: online, holds 1 certificate
  ! u2/web: found, holds certificate 0102030405060708 of 'CN=old.example'
  ! nothing is signed for what was only found; to add it: rekey units set u2 --type web
  $ rk units add u2 dir:u2 --label site=x
  ! rekey: there is a unit named u2 already
  !   choose another name, or remove that unit first
  [6]

Adoption: the old paths lead into the slot; a second time nothing happens.

  $ mkdir u3 etc; cp a.pem etc/tls.pem; cp a.key etc/tls.key
  $ rk units add u3 dir:u3
  ! u3: online, holds 0 certificates
  $ rk units adopt u3 web --cert etc/tls.pem --key etc/tls.key --accept-names
  ! u3/web: adopted certificate 0102030405060708, which expires 2026-05-30T12:00:00Z
  ! etc/tls.pem and etc/tls.key are links into the slot now
  ! not kept: basic constraints CA:TRUE: not in what is made here
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ readlink etc/tls.pem etc/tls.key | scrub
  $T/u3/web/current/fullchain.pem
  $T/u3/web/current/key.pem
  $ cmp a.pem etc/tls.pem; cmp a.key etc/tls.key
  $ rk units adopt u3 web --cert etc/tls.pem --key etc/tls.key --accept-names
  ! u3/web: adopted certificate 0102030405060708, which expires 2026-05-30T12:00:00Z
  ! etc/tls.pem and etc/tls.key are links into the slot now
  ! not kept: basic constraints CA:TRUE: not in what is made here
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ rk certs list u3
  SLOT    NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u3/web  <1>  2026-03-01  2026-05-30    90  active  ec-p256          CN=old.example

Its renewal keeps the names.

  $ rk certs renew u3/web
  SLOT    OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u3/web  renewed  manual  <1>  <2>
  ! run 2: 1 renewed
  $ openssl x509 -in etc/tls.pem -noout -subject -serial | scrub
  subject=CN = old.example
  serial=<2>

A unit that is removed is forgotten, and its certificates stay in the history; the name is free again.

  $ rk units remove u1
  ! rekey: unit 'u1' would be forgotten with all slots
  !   to confirm it, add --yes
  [6]
  $ rk units remove u1 --yes
  ! u1: removed; what is on the unit was not touched
  $ rk units list --output csv | cut -d, -f1 | tr -d '\r'
  name
  u2
  u3
  $ rk certs list u1
  ! rekey: there is no unit 'u1'
  !   did you mean 'u2'? see: rekey units list
  [2]
  $ ls elsewhere
  iam
  main
  online
  $ rk units remove u1 --yes
  ! rekey: there is no unit 'u1'
  !   did you mean 'u2'? see: rekey units list
  [2]
  $ rk units add u1 dir:elsewhere
  ! u1: online, holds 3 certificates, 3 new here
  ! u1/iam: found, holds certificate <3> of issuer 'local', made for u1/iam
  ! u1/online: found, holds certificate <4> of issuer 'local', made for u1/online
  ! u1/main/cm: found, holds certificate <5> of issuer 'local', made for u1/main/cm
  ! nothing is signed for what was only found; to add it: rekey units set u1 --type iam --type online --type main/cm
  $ rk certs list u1
  SLOT        NUMBER        ISSUED      EXPIRES     DAYS  STATE  KEY      REASON  ISSUER
  u1/iam      <3>  2026-03-01  2036-03-01  3653  found  ec-p256          CN=rekey local <ca>
  u1/online   <4>  2026-03-01  2036-03-01  3653  found  ec-p256          CN=rekey local <ca>
  u1/main/cm  <5>  2026-03-01  2036-03-01  3653  found  ec-p256          CN=rekey local <ca>
  $ rk audit list --output csv | cut -d, -f4,5 | tr -d '\r' | tail -12
  certificate.issue,u1/main/cm
  certificate.generate,u1/main/cm
  unit.set,u1
  unit.add,u2
  unit.find,u2
  unit.add,u3
  certificate.adopt,u3/web
  certificate.issue,u3/web
  certificate.renew,u3/web
  unit.remove,u1
  unit.add,u1
  unit.find,u1
