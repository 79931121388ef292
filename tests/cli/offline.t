A unit that is away is deferred, holds up nobody, and is caught up when it is back.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2; rk -q init
  $ for u in u1 u2; do rk -q units add $u dir:$u --type online; rk -q certs generate $u >/dev/null; done
  $ mv u1 away
  $ rk certs renew --all --reason audit
  SLOT       OUTCOME   REASON  OLD NUMBER    NEW NUMBER
  u1/online  deferred  audit   <1>
  u2/online  renewed   audit   <2>  <3>
  ! warning: u1/online deferred: cannot open $T/u1: No such file or directory
  ! run 3: 1 renewed, 1 deferred
  [4]
  $ rk units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  u1  offline  2026-03-01T12:00:00Z  2026-03-01T12:00:00Z  2026-03-01T12:04:15Z  2036-03-01T12:00:00Z  0  online  dir:$T/u1
  u2  online  2026-03-01T12:00:00Z  2036-03-01T12:00:00Z  0  online  dir:$T/u2
  $ rk certs list --live
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u2/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256  audit   CN=rekey local <ca>
  ! warning: u1 is offline: cannot open $T/u1: No such file or directory; offline since 2026-03-01T12:00:00Z; unattended runs do not try it before 2026-03-01T12:08:04Z; shown as recorded
  [4]

One that cannot be looked at for another reason keeps nobody from the list of the others:

  $ touch u1
  $ rk certs list --live
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u2/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256  audit   CN=rekey local <ca>
  ! warning: u1: cannot open $T/u1: Not a directory
  [3]
  $ rk certs list u1 --live
  ! rekey: u1: cannot open $T/u1: Not a directory
  [1]
  $ rm u1
  $ rk units add u3 dir:u3 --type online
  ! warning: u3 is offline: cannot open $T/u3: No such file or directory; offline since 2026-03-01T12:00:00Z; unattended runs do not try it before 2026-03-01T12:04:24Z
  ! u3: recorded all the same; what it holds is read once it answers
  !   if it is elsewhere: rekey units set u3 --address ADDRESS
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
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  audit   <1>  <4>
  $ rk certs history u1/online
  WHEN  OLD NUMBER  NEW NUMBER  REASON  STATE  BY  COMMENT
  2026-03-01T12:00:00Z  <1>  superseded  <actor>
  2026-03-01T12:01:00Z  <1>  <4>  audit  active  <actor>
  $ at +2m rk certs renew u1 u2 --dry-run --output csv | cut -d, -f1,3-5 | tr -d '\r'
  unit,type,action,reason
  u1,online,renew,manual
  u2,online,renew,manual
  ! dry run: nothing was changed
  $ rk certs verify u1 u2
  ! every slot holds what is recorded

A unit that is away for months is asked once a day at most, is never given up, and is caught up when it is back.

  $ export REKEY_HOME="$T/months"
  $ printf 'defaults.validity = "90d"\ndefaults.renew_spread = "0d"\n' >policy.toml
  $ mkdir far; rk -q init; load_policy <policy.toml; rk -q units add far dir:far --type online; rk -q certs generate far >/dev/null
  $ mv far away
  $ for day in $(seq 58 240); do at +${day}d rk certs renew --due >/dev/null; echo $?; done | sort | uniq -c
        2 0
      181 4
  $ at +240d rk units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  far  offline  2026-03-01T12:00:00Z  2026-04-30T12:00:00Z  2026-10-28T11:25:00Z  2026-05-30T12:00:00Z  1  online  dir:$T/far
  $ at +240d rk units list --json | jq -c '.units[] | [.name, .must_reconnect_by, .at_risk]'
  ["far","2026-05-30T12:00:00Z",1]
  $ mv away far
  $ at +241d rk certs renew --due --verbose
  SLOT        OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  far/online  renewed  expiry  <5>  <6>
  $ at +241d rk runs show 2 --json | jq -c '.items[] | [.outcome, .why]'
  ["continued","expires in 30 days"]
  $ at +241d rk units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  far  online  2026-10-28T12:00:00Z  2027-01-26T12:00:00Z  0  online  dir:$T/far
  $ rk audit list --output csv | tr -d '\r' | cut -d, -f4 | sort | uniq -c
        1 action
        1 certificate.generate
        2 certificate.issue
        1 certificate.renew
        1 home.create
        1 issuer.create
        1 policy.load
        1 unit.add

What is not wanted any more when the unit is back is dropped: here the rules were changed.

  $ mv far away
  $ at +310d rk certs renew --due
  ! warning: far/online deferred: cannot open $T/far: No such file or directory
  ! run 184: 1 deferred
  [4]
  $ mv away far
  $ echo 'defaults.renew_before = "10d"' >>policy.toml; load_policy <policy.toml
  $ at +311d rk certs renew --due --dry-run --output csv | cut -d, -f1,3-6 | tr -d '\r'
  unit,type,action,reason,why
  far,online,drop,expiry,certificate <6> is not due
  ! dry run: nothing was changed
  $ at +311d rk certs renew --due --verbose
  $ at +311d rk certs renew --due --dry-run --output csv | cut -d, -f1,3-6 | tr -d '\r'
  unit,type,action,reason,why
  ! dry run: nothing was changed
  $ rk audit list --json | jq -rc '.entries[] | select(.action == "renewal.drop") | [.subject, .detail]' | scrub
  ["far/online","{\"cause\":\"certificate <6> is not due\",\"run\":184}"]
  $ rk runs list --json | jq -c '.runs[0] | [.status, .deferred]'
  ["done",0]
