A unit that holds another certificate than the recorded one is reported, and not overwritten unless that is asked for.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1; rk -q init; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ by_hand() {
  >     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout u1/online/current/key.pem \
  >         -out u1/online/current/cert.pem -subj "/CN=$(printf '%b' "$1")" -days 9 2>/dev/null
  >     cp u1/online/current/cert.pem u1/online/current/fullchain.pem; : >u1/online/current/chain.pem
  >     cp u1/online/current/cert.pem by-hand.pem
  > }
  $ by_hand 'by\033[31mhand'
  $ rk certs verify u1
  SLOT       FINDING
  u1/online  holds certificate <1> of 'CN=by\1B[31mhand', which is not recorded; recorded is <2>
  [6]

Naming it is not enough, nor that it was seen.

  $ at +3m rk certs renew u1/online
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  refused  manual  <2>
  ! warning: u1/online refused: the unit holds certificate <1> of 'CN=by\1B[31mhand', not the recorded <2>; take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  ! run 2: 1 refused
  [6]
  $ at +3m rk certs renew u1 --json
  {"run":3,"reason":"manual","items":[
  {"unit":"u1","node":null,"type":"online","outcome":"refused","old_number":"<2>","new_number":null,"error":"the unit holds certificate <1> of 'CN=by\\1B[31mhand', not the recorded <2>; take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force","reason":"manual","why":"asked for"}
  ]}
  ! warning: u1/online refused: the unit holds certificate <1> of 'CN=by\1B[31mhand', not the recorded <2>; take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  ! run 3: 1 refused
  [6]
  $ at +4m rk units check u1
  ! u1: online, holds 1 certificate, 1 new here
  ! warning: u1/online: holds certificate <1> of 'CN=by\1B[31mhand', not the recorded <2>
  ! to take what is on a unit: rekey units check u1 --adopt; to overwrite it: rekey certs renew u1 --force
  [6]
  $ at +4m rk certs renew u1
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  refused  manual  <2>
  ! warning: u1/online refused: the unit holds certificate <1> of 'CN=by\1B[31mhand', not the recorded <2>; take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  ! run 4: 1 refused
  [6]
  $ cmp by-hand.pem u1/online/current/cert.pem
  $ rk certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE    KEY      REASON  ISSUER
  u1/online  <2>  2026-03-01  2036-03-01  3653  active   ec-p256          CN=rekey local <ca>
  u1/online  <1>  2026-03-01  2026-03-10     9  foreign  ec-p256          CN=by\1B[31mhand

To overwrite it is asked for, and on the record.

  $ rk certs renew --due --force
  ! rekey: --due overwrites only what is recorded
  !   name the slots: rekey certs renew SLOT --force
  [2]
  $ at +5m rk certs renew u1/online --force
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  manual  <2>  <3>
  ! run 5: 1 renewed
  $ at +5m rk certs verify u1
  ! every slot holds what is recorded
  $ rk certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256  manual  CN=rekey local <ca>
  $ rk audit list --output csv | tr -d '\r' | cut -d, -f4-5 | tail -6
  renewal.fail,u1/online
  certificate.find,u1/online
  renewal.fail,u1/online
  certificate.issue,u1/online
  certificate.overwrite,u1/online
  certificate.renew,u1/online
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.overwrite").detail' | jq -c 'del(.fingerprint)' | scrub
  {"found":"<1>","issuer":"CN=by\\1B[31mhand","recorded":"<2>","run":5}

Or it is taken, and then it is the slot's own, with all that policy says of it.

  $ by_hand again
  $ at +6m rk certs renew u1/online
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  refused  manual  <3>
  ! warning: u1/online refused: the unit holds certificate <5> of 'CN=again', not the recorded <3>; take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  ! run 6: 1 refused
  [6]
  $ at +6m rk units check --adopt
  ! rekey: --adopt takes what is on the units that are named, and none is
  !   name them: rekey units check NAME --adopt
  [2]
  $ at +6m rk units check u1 --adopt
  ! u1: online, holds 1 certificate, 1 new here
  ! u1: 1 of them recorded as in use
  $ at +6m rk units check u1 --adopt
  ! u1: online, holds 1 certificate
  $ cmp by-hand.pem u1/online/current/cert.pem
  $ at +6m rk certs verify u1
  ! every slot holds what is recorded
  $ rk certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <5>  2026-03-01  2026-03-10     9  active  ec-p256          CN=again
  $ rk audit list --output csv | tr -d '\r' | cut -d, -f4-5 | tail -2
  certificate.find,u1/online
  certificate.take,u1/online
  $ at +7m rk certs renew --due --verbose
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  policy  <5>  <6>
  $ rk audit verify
  entries   17
  head      <sha256>
  sound     true
  problems  -

A signature is verified when a certificate is recorded, and again where other bytes are found; with --full, each time.

  $ damage() {  # the last byte of the certificate, which is one of its signature
  >     openssl x509 -in u1/online/current/cert.pem -outform DER >leaf.der
  >     last=$(tail -c 1 leaf.der | od -An -tu1); size=$(stat -c %s leaf.der)
  >     { head -c $((size - 1)) leaf.der; printf '%b' "\\0$(printf %o $((last ^ 1)))"; } >damaged.der
  >     openssl x509 -inform DER -in damaged.der >u1/online/current/cert.pem
  >     cat u1/online/current/cert.pem u1/online/current/chain.pem >u1/online/current/fullchain.pem
  > }
  $ at +8m rk certs verify --full --jobs 2
  ! every slot holds what is recorded
  $ damage; at +8m rk certs verify
  SLOT       FINDING
  u1/online  holds certificate <6> of 'CN=rekey local <ca>', which is not recorded; recorded is <6>
  u1/online  the chain is broken: certificate <6> is not signed by the next
  [6]
  $ sqlite3 home/rekey.db "UPDATE certificate_leaves SET der = readfile('damaged.der') WHERE certificate_id = (SELECT id FROM certificates WHERE state = 'active');
  >     UPDATE certificates SET fingerprint = upper('$(sha256sum damaged.der | cut -d' ' -f1)') WHERE state = 'active'"
  $ at +8m rk certs verify
  ! every slot holds what is recorded
  $ at +8m rk certs verify --full
  SLOT       FINDING
  u1/online  the chain is broken: certificate 1 of 2 (CN=u1): certificate signature failure
  [6]
  $ at +8m rk doctor
  ABOUT  FINDING                                                                                   REMEDY
  units  u1/online the chain is broken: certificate 1 of 2 (CN=u1): certificate signature failure  make a new one: rekey certs renew u1/online
  [6]

Each file of a pair counts, as services may read any of them: one that is missing or damaged is told, and a renewal mends it.

  $ mkdir u2; at +8m rk -q units add u2 dir:u2 --type online; at +8m rk -q certs generate u2
  $ spoilt() {
  >     at +8m rk units check u2 >/dev/null
  >     at +8m rk certs check u2 | cut -d' ' -f1,2; at +8m rk status | grep -o 'u2/online.*pem is [a-z]*' | sed 's|.*/||'
  >     at +8m rk doctor | grep -o '[a-z]*[.]pem is .*' | grep u2
  >     at +8m rk -q certs renew u2; at +8m rk certs check u2 | cut -d' ' -f1,2
  > }
  $ rm u2/online/current/cert.pem; spoilt
  CERTS CRITICAL
  cert.pem is missing
  cert.pem is missing  make a new one: rekey certs renew u2/online
  CERTS OK
  $ rm u2/online/current/chain.pem; spoilt
  CERTS CRITICAL
  chain.pem is missing
  chain.pem is missing  make a new one: rekey certs renew u2/online
  CERTS OK
  $ echo junk >u2/online/current/trust.pem; spoilt
  CERTS CRITICAL
  trust.pem is damaged
  trust.pem is damaged  make a new one: rekey certs renew u2/online
  CERTS OK
  $ openssl verify -CAfile u2/online/current/trust.pem u2/online/current/cert.pem
  u2/online/current/cert.pem: OK

What somebody put there is no damage that a renewal may mend on its own.

  $ cp by-hand.pem u2/online/current/cert.pem; before=$(cat u2/online/current/*.pem | sha256sum)
  $ at +8m rk certs renew u2 | grep -o 'contradict.*'
  contradict each other; make them agree on the unit; or overwrite them: rekey certs renew u2/online --force
  $ at +8m rk certs renew u2 --chain-only | grep -o 'contradict.*'
  contradict each other; make them agree on the unit; or overwrite them: rekey certs renew u2/online --force
  $ at +8m rk doctor | grep -o 'contradict.*'
  contradict each other  make them agree on the unit; or overwrite them: rekey certs renew u2/online --force
  $ test "$before" = "$(cat u2/online/current/*.pem | sha256sum)" && echo untouched
  untouched
  $ at +8m rk -q certs renew u2 --force; at +8m rk certs verify u2
  ! every slot holds what is recorded

Nor does what keeps a file from being read, or from being the slot's alone, say that there is no pair.

  $ ln u2/online/current/chain.pem linked; at +8m rk units check u2 | grep -o 'has .*'; rm linked
  has 2 hard links, so that it is not the slot's alone
  $ at +8m rk certs check u2 | cut -d' ' -f1,2; at +8m rk status | grep -c 'hard links'
  CERTS OK
  0
  [1]
