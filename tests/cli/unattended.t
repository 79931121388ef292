What an unattended run says, and to whom: nothing when all went well, one mail's worth when not.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init
  $ mkdir u1; rk -q units add u1 dir:$T/u1 --type online
  $ rk -q certs generate u1 >/dev/null
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  $ json() { timed "$REKEY_BINARY" --log-format json "$@" 2>&1 >/dev/null </dev/null | jq -c 'del(.time)' | scrub; }

The lines that rekey-unattended(7) gives to cron, run as cron runs them, say nothing: neither when nothing is due, nor when
what was due is renewed.

  $ mkdir bin; ln -s "$REKEY_BINARY" bin/rekey; printf '#!/bin/sh\n' >bin/sleep; chmod +x bin/sleep
  $ cron() {
  >     grep -E "^[0-9]+ [0-9*]+ \* \* \*  .*rekey $1" "$TESTDIR/../../man/rekey-unattended.7" | cut -d' ' -f7- >line
  >     test "$(wc -l <line)" -eq 1 || cat line
  >     env -i HOME="$HOME" LOGNAME=root PATH="$T/bin:/usr/bin:/bin" REKEY_HOME="$REKEY_HOME" sh -c "$(cat line)"
  > }
  $ number() { openssl x509 -in u1/online/current/cert.pem -noout -serial; }
  $ cron 'certs renew --due'
  $ cron 'credential confirm --due'
  $ before=$(number); rk -q issuers create second; rk -q issuers default second
  $ cron 'certs renew --due'
  $ test "$(number)" != "$before" && echo renewed
  renewed

Of many that fail, or are away, 20 are named and the rest is counted, with the command that shows all.

  $ for n in $(seq 10 33); do mkdir f$n; rk -q units add f$n dir:$T/f$n --type online; rk -q certs generate f$n >/dev/null; done
  $ for n in $(seq 10 32); do rk -q units set f$n --reload 'echo no such service >&2; exit 1'; done
  $ rk -q issuers default local; mv f33 away
  $ rk certs renew --due --jobs 1 >out 2>&1; echo $?
  3
  $ grep -c failed: out
  20
  $ grep failed: out | head -1
  ! warning: f10/online failed: 'echo no such service >&2; exit 1' ended with exit status 1: no such service; on the way back to the old pair: 'echo no such service >&2; exit 1' ended with exit status 1: no such service
  $ grep -v failed: out
  ! warning: f33/online deferred: cannot open $T/f33: No such file or directory
  ! warning: 3 more failed
  !   see them all: rekey runs show 27
  ! run 27: 1 renewed, 1 deferred, 23 failed
  $ rk --json runs show 27 | jq '[.items[] | select(.outcome == "failed")] | length'
  23

With --verbose, and as lines for a collector of logs, none is left out.

  $ rk certs renew --due --verbose --jobs 1 >out; grep -c failed: out
  23
  $ json certs renew --due --jobs 1 >lines
  $ jq -c 'select(.slot) | [.level, .slot]' lines | wc -l
  24
  $ head -1 lines
  {"level":"warning","message":"f33/online deferred: unit offline, next attempt <time>","unit":"f33","slot":"f33/online"}
  $ tail -1 lines
  {"level":"note","message":"run 29: 1 deferred, 23 failed","hint":"see: rekey runs show 29"}

Each message is an object in a line: notes, warnings and errors alike, with hints, and the tenant where there is one.

  $ "$REKEY_BINARY" --log-format json units check u1 2>&1 | jq -r '.time' | scrub
  <time>
  $ json units check u1
  {"level":"note","message":"u1: online, holds 1 certificate","unit":"u1"}
  $ json units add u1 dir:$T/u1
  {"level":"note","message":"u1: online, holds 1 certificate","unit":"u1"}
  $ json certs renew
  {"level":"error","message":"nothing was named to renew","hint":"name units or slots, select them by --label or --type, or say --all, or --due for what policy says"}
  $ json certs renwe
  {"level":"error","message":"there is no command 'rekey certs renwe'","hint":"did you mean: rekey --log-format json certs renew"}
  $ json certs renew --log-format yaml
  {"level":"error","message":"--log-format: 'yaml' is none of text, json","hint":"as in: --log-format text"}
  $ rk certs renew --log-format yaml
  ! rekey: --log-format: 'yaml' is none of text, json
  !   as in: --log-format text
  [2]
  $ json --home $T/none certs list
  {"level":"error","message":"there is no home at $T/none","hint":"make one: rekey --home $T/none init"}
  $ json credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key key.pem --offline
  {"level":"note","message":"acme: 'acme' is active, not verified yet","tenant":"acme"}

With --quiet, notes are silent and warnings are not. What is not UTF-8 makes no line that a collector cannot read.

  $ json -q units check u1
  $ json -q units check f33
  {"level":"warning","message":"f33 is offline: cannot open $T/f33: No such file or directory; offline since <time>; unattended runs do not try it before <time>","unit":"f33"}
  $ json units check $'\xff\e[2J'
  {"level":"error","message":"NAME: '\\xFF\\x1B[2J' is not a text that can be shown","hint":"it has a control character, or bytes that are not UTF-8"}
  $ json --home $'none\xff' certs list
  {"level":"error","message":"there is no home at none\\xFF","hint":"make one: rekey --home none\\xFF init"}

On a terminal nothing but these lines is shown.

  $ script -qefc "$(printf '%q ' "$REKEY_BINARY" --log-format json certs renew f10 f11)" /dev/null </dev/null >shown
  [1]
  $ grep -v '^{' shown | cat -v | sed 's/\^M$//' | scrub
  SLOT        OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  f10/online  failed   manual  <1>
  f11/online  failed   manual  <3>
