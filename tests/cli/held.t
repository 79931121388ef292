Nothing is written while the store is held: a reader that does not read stops its own listing only.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init; mkdir g h
  $ types=(); for i in $(seq 1 300); do types+=(--type "t$i"); done
  $ rk -q units add g dir:g "${types[@]}"; rk -q units add h dir:h --type online; rk -q certs generate g >/dev/null

The plan of a run that does nothing is told after it is recorded:

  $ "$REKEY_BINARY" certs generate g --output jsonl 2>/dev/null | sleep 20 & reader=$!
  $ sleep 1; timeout 15 "$REKEY_BINARY" -q units set h --label a=b; echo $?
  0
  $ kill $reader 2>/dev/null; wait 2>/dev/null

Listings that nobody reads; a change is made, and the log of the store can be emptied behind it.

  $ for what in 'audit list --json' 'audit export' 'certs list --json' 'policy check' 'certs renew --all --dry-run --json'; do
  >     (set +o pipefail; "$REKEY_BINARY" $what 2>/dev/null | sleep 20) & reader=$!
  >     sleep 0.5; timeout 15 "$REKEY_BINARY" -q units set h --label "n=$what"; echo "$? $(sqlite3 home/rekey.db 'PRAGMA busy_timeout=1; PRAGMA wal_checkpoint(TRUNCATE)' | tail -1)"
  >     kill $reader 2>/dev/null; wait 2>/dev/null
  > done
  0 0|0|0
  0 0|0|0
  0 0|0|0
  0 0|0|0
  0 0|0|0

A run whose rows nobody reads does its work all the same.

  $ before=$(readlink g/t300/current); ("$REKEY_BINARY" certs renew g --output jsonl 2>/dev/null; echo $? >code) | sleep 30 & reader=$!
  $ for i in $(seq 150); do [ "$(sqlite3 home/rekey.db "SELECT count(*) FROM items WHERE run_id = 2 AND outcome = 'renewed'")" = 300 ] && break; sleep 0.1; done
  $ [ "$before" != "$(readlink g/t300/current)" ] && kill $reader; wait 2>/dev/null
  $ rk certs verify g
  ! every slot holds what is recorded

What cannot be printed: nothing was done, or some of it was.

  $ "$REKEY_BINARY" certs list >/dev/full
  rekey: standard output does not take what is written
    make room, or write elsewhere
  [1]
  $ "$REKEY_BINARY" certs renew h >/dev/full 2>/dev/null
  [1]
  $ "$REKEY_BINARY" certs generate h >/dev/full 2>/dev/null
  [3]
  $ "$REKEY_BINARY" certs renew h/online >/dev/full 2>/dev/null
  [3]
