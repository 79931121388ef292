A unit that is away is deferred, holds up nobody, and is caught up when it is back.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2; rk -q init
  $ for u in u1 u2; do rk -q units add $u dir:$u --type online; rk -q certs generate $u >/dev/null; done
  $ mv u1 away
  $ rk certs renew --all --reason audit
  SLOT       OUTCOME   REASON  OLD NUMBER                                NEW NUMBER
  u1/online  deferred  audit   <1>
  u2/online  renewed   audit   <2>  <3>
  ! warning: u1/online deferred: cannot open $T/u1: No such file or directory
  ! run 3: 1 renewed, 1 deferred
  [4]
  $ rk units list
  UNIT  STATUS  OFFLINE SINCE  NEXT ATTEMPT  SLOTS  LABELS  ADDRESS
  u1  offline  2026-03-01T12:00:00Z  2026-03-01T12:04:15Z  online  dir:$T/u1
  u2  online  online  dir:$T/u2
  $ rk certs list --live
  SLOT       NUMBER                                    ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u2/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256  audit   CN=rekey local <ca>
  ! warning: u1 is offline: cannot open $T/u1: No such file or directory; offline since 2026-03-01T12:00:00Z; unattended runs leave it alone until 2026-03-01T12:08:04Z; shown as recorded
  [4]
  $ rk units add u3 dir:u3 --type online
  ! warning: u3 is offline: cannot open $T/u3: No such file or directory; offline since 2026-03-01T12:00:00Z; unattended runs leave it alone until 2026-03-01T12:04:24Z
  [4]

The unattended run waits for the next attempt, and is silent otherwise.

  $ rk certs renew --due
  ! warning: u1/online deferred: unit offline, next attempt 2026-03-01T12:08:04Z
  ! 1 deferred
  [4]
  $ mv away u1
  $ at +1m rk certs renew --due
  ! warning: u1/online deferred: unit offline, next attempt 2026-03-01T12:08:04Z
  ! 1 deferred
  [4]

`units check` that reaches it ends the waiting; the reason that was given stays.

  $ at +1m rk units check u1
  ! u1: online, holds 1 certificate
  $ at +1m rk certs renew --due --verbose
  SLOT       OUTCOME  REASON  OLD NUMBER                                NEW NUMBER
  u1/online  renewed  audit   <1>  <4>
  $ rk certs history u1/online
  AT  OLD NUMBER  NEW NUMBER  REASON  STATE  BY  COMMENT
  2026-03-01T12:00:00Z  <1>  superseded  <actor>
  2026-03-01T12:01:00Z  <1>  <4>  audit  active  <actor>
  $ at +2m rk certs renew u1 u2 --dry-run --output csv | cut -d, -f1,3-5 | tr -d '\r'
  unit,type,action,reason
  u1,online,renew,manual
  u2,online,renew,manual
  ! dry run: nothing was changed
  $ rk certs verify u1 u2
  ! every slot holds what is recorded

What somebody put there by hand is recorded as foreign, shown, and not overwritten by itself.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout u1/online/current/key.pem \
  >     -out u1/online/current/cert.pem -subj "/CN=$(printf 'by\033[31mhand')" -days 9 2>/dev/null
  $ cp u1/online/current/cert.pem u1/online/current/fullchain.pem; : >u1/online/current/chain.pem
  $ cp u1/online/current/cert.pem by-hand.pem
  $ rk certs verify u1
  SLOT       FINDING
  u1/online  holds certificate <5> of 'CN=by\1B[31mhand', which is not recorded; recorded is <4>
  [6]
  $ at +3m rk certs renew u1/online
  SLOT       OUTCOME  REASON  OLD NUMBER                                NEW NUMBER
  u1/online  failed   manual  <4>
  ! warning: u1/online failed: the unit holds certificate <5> of 'CN=by\1B[31mhand', not the recorded <4>; look at it and record it: rekey units check u1
  ! run 5: 1 failed
  [1]
  $ cmp by-hand.pem u1/online/current/cert.pem
  $ at +4m rk units check u1
  ! u1: online, holds 1 certificate, 1 new here
  ! warning: u1/online: holds certificate <5> of 'CN=by\1B[31mhand', not the recorded <4>
  [6]
  $ rk certs list u1
  SLOT       NUMBER                                    ISSUED      EXPIRES     DAYS  STATE    KEY      REASON  ISSUER
  u1/online  <4>  2026-03-01  2036-03-01  3653  active   ec-p256  audit   CN=rekey local <ca>
  u1/online  <5>  2026-03-01  2026-03-10     9  foreign  ec-p256          CN=by\1B[31mhand
  $ at +5m rk -q certs renew u1/online
  $ at +5m rk certs list u1
  SLOT       NUMBER                                    ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <6>  2026-03-01  2036-03-01  3653  active  ec-p256  manual  CN=rekey local <ca>
  $ at +5m rk certs verify u1
  ! every slot holds what is recorded
