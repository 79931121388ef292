Many units at once: in which order, how far it is, and what hangs, fails or is stopped.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init

The most urgent unit is first; within a unit node by node, `iam` last on each and the main node last.

  $ add() { mkdir "$1"; rk -q units add "$1" "dir:$1" "${@:2}" && rk -q certs generate "$1" >/dev/null; }
  $ echo 'defaults.validity = "2y"' | load_policy
  $ add calm --type online
  $ echo 'defaults.validity = "1y"' | load_policy
  $ add parts --type main/iam --type main/online --type edge/iam --type edge/sm --type zone/cm
  $ load_policy </dev/null
  $ order() { rk certs renew "$@" --jobs 1 --output jsonl | grep '^{' | jq -r '[.unit, .node, .type] | map(values) | join("/")'; }
  $ order --all
  parts/edge/sm
  parts/edge/iam
  parts/zone/cm
  parts/main/online
  parts/main/iam
  calm/online
  $ rk audit list --output csv | tr -d '\r' | cut -d, -f4-5 | grep '^certificate.renew'
  certificate.renew,parts/edge/sm
  certificate.renew,parts/edge/iam
  certificate.renew,parts/zone/cm
  certificate.renew,parts/main/online
  certificate.renew,parts/main/iam
  certificate.renew,calm/online
  $ printf 'node_order = ["zone", "*"]\ntype_order = ["iam", "*"]\n' | load_policy
  $ order parts
  parts/zone/cm
  parts/edge/iam
  parts/edge/sm
  parts/main/iam
  parts/main/online
  $ echo 'node_order = ["main", "main"]' | rk policy load -
  ! rekey: standard input:1:23: node_order names 'main' twice
  [2]
  $ load_policy </dev/null

On a terminal one line says how far it is; elsewhere there is none.

  $ TERM=xterm NO_COLOR=1 on_terminal certs renew calm parts --jobs 1 --output csv | tr '\r' '\n' | grep -o '1/6, 1 done, 0 deferred, 0 failed'
  1/6, 1 done, 0 deferred, 0 failed
  $ rk certs renew calm parts --output csv | wc -l
  8

A unit that hangs is given up after the deadline; one that fails or is away is told; the others are renewed.

  $ add hangs --type online
  $ add fails --type online
  $ add away --type online
  $ rk -q units set hangs --reload "touch $T/hanging; while [ ! -e $T/go ]; do sleep 0.1; done"
  $ rk -q units set fails --reload 'echo no such service; false'
  $ mv away far
  $ rk certs renew --all --deadline 2s
  SLOT               OUTCOME   REASON  OLD NUMBER    NEW NUMBER
  away/online        deferred  manual  <31>
  calm/online        renewed   manual  <25>  <32>
  fails/online       failed    manual  <33>
  hangs/online       deferred  manual  <34>
  parts/edge/iam     renewed   manual  <26>  <35>
  parts/edge/sm      renewed   manual  <27>  <36>
  parts/main/iam     renewed   manual  <28>  <37>
  parts/main/online  renewed   manual  <29>  <38>
  parts/zone/cm      renewed   manual  <30>  <39>
  ! warning: away/online deferred: cannot open $T/away: No such file or directory
  ! warning: fails/online failed: 'echo no such service; false' ended with exit status 1: no such service; on the way back to the old pair: 'echo no such service; false' ended with exit status 1: no such service
  ! warning: hangs/online deferred: did not answer within 2s
  ! run 10: 6 renewed, 2 deferred, 1 failed
  [3]
  $ rk units list --json | jq -r '.units[] | select(.status == "offline") | .name + ": " + .offline_cause'
  away: cannot open $T/away: No such file or directory
  hangs: did not answer within 2s
  $ rk certs renew calm --deadline soon
  ! rekey: --deadline: 'soon' is not a length of time
  !   write it as 30d, 24h, 6mo or 10y
  [2]
  $ touch go; mv far away
  $ rk certs renew hangs away
  SLOT          OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  away/online   renewed  manual  <31>  <40>
  hangs/online  renewed  manual  <34>  <41>
  ! run 11: 2 renewed
  $ rk certs verify
  ! every slot holds what is recorded

Ctrl-C finishes the steps in flight and records them; the same command does the rest.

  $ rm -f go hanging
  $ rk -q units set fails --reload ''
  $ TERM=xterm NO_COLOR=1 "$TESTDIR/press.py" "await:$T/hanging" press:C 'read:at once' "touch:$T/go" -- certs renew hangs calm away --jobs 1 | sed 's/\^M[0-9][^^]*\^\[\[K//g' | scrub
  ^C^M^[[Kfinishing the steps in flight; once more to leave at once
  ^M^[[KSLOT          OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  away/online   open     manual  <40>
  calm/online   renewed  manual  <32>  <42>
  hangs/online  renewed  manual  <41>  <43>
  run 12: 2 renewed, interrupted: the same command does the rest
  [130]
  $ rk certs renew hangs calm away --jobs 1
  SLOT          OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  away/online   renewed  manual  <40>  <44>
  calm/online   renewed  manual  <32>  <42>
  hangs/online  renewed  manual  <41>  <43>
  ! run 12: 1 renewed
  $ rk runs list --output csv | tr -d '\r' | sed -n 3p | cut -d, -f2-4,7-
  renew,away hangs,,<actor>,<time>,<time>,done,2,0,0,0,0

Once more leaves at once, and the same command does what is left then too.

  $ rm -f go hanging
  $ "$TESTDIR/press.py" "await:$T/hanging" press:C 'read:at once' press:C -- certs renew hangs --reason audit | scrub
  ^Cfinishing the steps in flight; once more to leave at once
  ^C[signal 2]
  $ touch go
  $ rk certs renew hangs --reason audit
  SLOT          OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  hangs/online  renewed  audit   <43>  <45>
  ! run 13: 1 renewed
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk audit verify
  entries   105
  head      <sha256>
  sound     true
  problems  -
