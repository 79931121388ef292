What somebody sees who sits at a terminal; programs get everything, in full.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ export TERM=xterm
  $ mkdir u1 u2 u3
  $ rk -q init
  $ rk -q units add u1 dir:u1 --type online --label site=東京第二工場 --label line=A
  $ rk -q units add u2 dir:u2 --node main --type iam --label site=Köln
  $ rk -q units add u3 dir:u3 --type online --label "site=Ko$(printf '\314\210')ln" --label owner=👩‍🔧
  $ rk -q certs generate u1; rk -q certs generate u2; rk -q certs generate u3
  $ mv u2 away; rk -q units check u2; mv away u2

A table fits: long texts are cut, then columns are left out, which is said; then rows are lines. Numbers stay whole.

  $ on_columns 200 certs list
  $ on_columns 120 certs list
  $ on_columns 100 certs list
  $ on_columns 80 certs list
  $ on_columns 40 certs list u1 u3
  $ on_columns 200 units list
  $ on_columns 120 units list
  $ on_columns 80 units list
  $ on_columns 60 units list
  $ on_columns 40 units list
  $ on_columns 25 units list
  $ on_columns 80 -q certs list u1

No line is wider than its terminal, unless a field of a record is.

  $ for n in 70 80 90 100 120 140 160 200; do
  >     for list in 'certs list' 'units list' 'runs list' 'issuers list' 'audit list' 'certs history u1/online'; do
  >         timed "$TESTDIR/press.py" "columns:$n" -- -q --color never $list 2>/dev/null | python3 -c '
  > import sys, unicodedata
  > lines = sys.stdin.read().split("\n")
  > width = lambda text: sum(0 if unicodedata.combining(c) or c == "\u200d" else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
  > most = max(width(line) for line in lines)
  > if most > int(sys.argv[1]) and lines.count("") < 2: print(*sys.argv[1:], most)' "$n" "$list"
  >     done
  > done

A pipe and a file get all of it, and times as they are.

  $ rk units list | cat

The width is that of the terminal; what COLUMNS says is for one that does not know.

  $ COLUMNS=200 on_columns 60 -q issuers list
  $ COLUMNS=60 on_terminal -q issuers list
  $ COLUMNS= on_terminal -q issuers list
  $ COLUMNS=nonsense on_terminal -q issuers list

Colours by urgency, on a terminal that takes them, when they are wanted; the words and numbers are the same.

  $ on_columns 80 -q units list
  $ at +3630d on_columns 90 -q certs list u1
  $ at +3650d on_columns 90 -q certs list u1
  $ at +3660d on_columns 90 -q certs list u1
  $ NO_COLOR=1 on_columns 80 -q units list
  $ NO_COLOR= on_columns 80 -q units list | grep offline
  $ NO_COLOR=1 on_columns 80 -q units list --color always | grep offline
  $ on_columns 80 -q units list --color never | grep offline
  $ TERM=dumb on_columns 80 -q units list | grep offline
  $ env -u TERM true; (unset TERM; on_columns 80 -q units list) | grep offline
  $ rk units list --color auto | grep -c "$(printf '\033')"
  $ rk units list --color always | cat -v | grep offline
  $ rk units list --color always --json | grep -c "$(printf '\033')"
  $ rk units list --color sometimes

What is shown of one thing says how far its times are.

  $ on_columns 80 certs show u1/online | grep -E 'expires|issued at|ended'
  $ rk certs show u1/online | grep -E 'expires|issued at|ended'

What is revoked for good is asked for, of somebody who is there, and shown while it is in use.

  $ "$TESTDIR/press.py" "read:type 'u1/online'" 'type:u1' -- certs revoke u1/online --reason keyCompromise --force | scrub
  $ "$TESTDIR/press.py" "read:type 'u1/online'" press:C -- certs revoke u1/online --reason keyCompromise --force | scrub
  $ rk certs show u1/online --json | jq -c '[.state, .revoked_at]'
  $ timed "$TESTDIR/press.py" "read:type 'u1/online'" 'type:u1/online' -- certs revoke u1/online --reason keyCompromise --force | scrub
  $ timed "$TESTDIR/press.py" -- --no-input certs revoke u3/online --reason superseded --force | scrub
  $ rk certs list u1 u2
  $ on_columns 100 -q certs list u1 u2
  $ rk certs list u1 --json | jq -c '.certificates[] | .state'

So is the key of a credential.

  $ openssl ecparam -genkey -name prime256v1 -noout -out key.pem
  $ add() { rk -q credential add "$1" --client-id "$1" --key-id k --key key.pem --offline \
  >     --scope s --token-url https://example.org/t --audience a --api-url https://example.org; }
  $ add acme
  $ rk -q credential rotate acme --client-id new --key-id k2 --key key.pem --offline
  $ rk credential list --output csv | tr -d '\r' | cut -d, -f1-3,6
  $ "$TESTDIR/press.py" "read:type 'nobody'" 'type:x' -- credential remove nobody

What a unit, a provider or a file says is shown, and never obeyed: neither in messages nor in CSV.

  $ rk -q units set u3 --reload "$(printf 'printf "\\033]0;title\\007\\342\\200\\256x"; exit 1')"
  $ timed "$TESTDIR/press.py" columns:200 -- certs renew u3 2>&1 | scrub | grep -v SLOT
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem \
  >     -subj "/CN=x" -days 9 -set_serial 0x0102030405060708 2>/dev/null
  $ rk -q units adopt u1 web --cert a.pem --key a.key
  $ on_columns 200 certs list u1 --type web --output csv

Ctrl-Z at a passphrase gives the terminal back as it was; whoever returns is asked anew. So does an end by Ctrl-C.

  $ REKEY_BINARY=/bin/bash "$TESTDIR/press.py" 'read:New passphrase' press:Z 'read:flow' 'read:New passphrase' press:C 'read:over' -- \
  >     -mc '"$0" seal change --passphrase; stty -a | grep -wo -e "-*echo"; echo flow; fg; stty -a | grep -wo -e "-*echo"; echo over' "$REKEY_BINARY"
  $ rk seal show | grep -i passphrase
  $ REKEY_BINARY=/bin/bash "$TESTDIR/press.py" 'read:New passphrase' press:Z 'read:flow' 'read:New passphrase' 'type:a long one' 'read:Again' 'type:a long one' -- \
  >     -mc '"$0" seal change --passphrase; echo flow; fg' "$REKEY_BINARY" | scrub
  $ echo 'a long one' >pass
  $ rk --home-passphrase-file pass seal show | grep -i passphrase

Nothing is asked where nobody is.

  $ rk seal change --passphrase --home-passphrase-file pass
