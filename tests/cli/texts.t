No text stops a fleet, and what is stuck can be freed.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2026-03-01T12:00:00Z
  $ rk -q init
  $ for u in gate pump; do mkdir $u; rk -q units add $u dir:$u --type online; rk -q certs generate $u >/dev/null; done

What is typed is text, or refused before anything is done; a name of a file may be any bytes.

  $ rk certs renew gate/online --comment "$(printf 'x\377')"
  $ rk certs renew gate/online --comment "$(printf 'two\nlines')"
  $ rk units set gate --label "site=$(printf '\342\200\256')"
  $ rk units set gate --reload "$(printf 'true \033[31m')"
  $ rk certs renew gate/online --comment "$(head -c 5000 /dev/zero | tr '\0' a)"
  $ rk units add "$(printf 'a\300')" dir:gate
  $ rk --config "$(printf 'none\377')" certs list
  $ rk certs renew gate/online --comment 'größer, älter: "quoted" \ and so on' --output csv | cut -d, -f4
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.renew").detail' | jq -r .comment

A comment that came into the store in another way stops its own slot's entry from nothing.

  $ rk -q units set gate --reload 'kill -9 $PPID'; rk certs renew gate/online --comment odd >/dev/null 2>&1
  $ sqlite3 home/rekey.db "UPDATE runs SET comment = CAST(x'78ff' AS TEXT); UPDATE items SET why = CAST(x'78ff' AS TEXT) WHERE outcome = 'open'"
  $ rk -q units set gate --reload ''
  $ before=$(readlink pump/online/current); rk certs renew --all --reason audit --output csv | tr -d '\r' | cut -d, -f1,3,4
  $ [ "$before" != "$(readlink pump/online/current)" ] && rk certs verify
  $ rk audit verify | grep sound
  $ rk audit export | jq -r .seq | tail -1

A long cause is cut, with a mark that says how much.

  $ rk -q units set pump --reload 'head -c 100000 /dev/zero | tr "\0" e >&2; exit 1'
  $ rk certs renew pump >/dev/null 2>&1
  $ rk audit list --json | jq -r '.entries[-1] | .detail | length < 2000'
  $ sqlite3 home/rekey.db 'SELECT max(length(error)) < 1000 FROM items'
  $ rk -q units set pump --reload ''

A slot that is stuck: a run was killed before it confirmed the new pair.

  $ current=$(readlink pump/online/current)
  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  $ rk -q units set pump --reload ''
  $ [ "$current" = "$(readlink pump/online/current)" ]
  $ rk runs abandon 99
  $ rk runs abandon pump/none
  $ rk runs abandon 'no such'
  $ rk runs abandon pump/online
  $ [ "$current" = "$(readlink pump/online/current)" ]
  $ rk runs abandon pump/online
  $ rk certs list pump --history --output csv | cut -d, -f4,11 | tr -d '\r'
  $ rk audit list --json | jq -r '.entries[-1] | .action, .subject, .detail' | scrub
  $ rk certs verify && rk doctor
  $ rk runs list --output csv | cut -d, -f3-10 | tr -d '\r' | head -2

The unit that is away is left as it is, and that is told.

  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  $ rk -q units set pump --reload ''; mv pump away
  $ rk runs abandon pump/online
  $ mv away pump; rk certs verify pump
  $ rk certs renew pump/online --force --output csv | cut -d, -f4 | tr -d '\r'
  $ rk certs verify

By the number of the run, and without asking:

  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  $ rk -q units set pump --reload ''
  $ run=$(rk runs list --limit 1 --json | jq '.runs[0].run')
  $ rk runs abandon $run --leave-unit --json
  $ rk certs renew pump/online --force --output csv | cut -d, -f4 | tr -d '\r'

A run that lives is not given up.

  $ mkfifo go; rk -q units set pump --reload "cat $T/go"
  $ rk -q certs renew pump >/dev/null 2>&1 & while ! [ "$(sqlite3 home/rekey.db "SELECT count(*) FROM items WHERE step = 'installed' AND outcome = 'open'")" = 1 ]; do sleep 0.1; done
  $ rk runs abandon pump/online
  $ echo >go; wait; rk certs verify pump
