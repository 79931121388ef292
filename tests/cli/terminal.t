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
  ! warning: u2 is offline: cannot open $T/u2: No such file or directory; offline since 2026-03-01T12:00:00Z; unattended runs do not try it before 2026-03-01T12:04:00Z

A table fits: long texts are cut, then columns are left out, which is said; then rows are lines. Numbers stay whole.

  $ on_columns 200 certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online    <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u3/online    <3>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  [0]
  $ on_columns 120 certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online    <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  u3/online    <3>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  [0]
  $ on_columns 100 certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/online    <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>\xe2\x80\xa6 (esc)
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>\xe2\x80\xa6 (esc)
  u3/online    <3>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>\xe2\x80\xa6 (esc)
  [0]
  $ on_columns 80 certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON
  u1/online    <1>  2026-03-01  2036-03-01  3653  active  ec-p256
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active  ec-p256
  u3/online    <3>  2026-03-01  2036-03-01  3653  active  ec-p256
  left out: ISSUER; --wide shows all
  [0]
  $ on_columns 40 certs list u1 u3
  SLOT     u1/online
  NUMBER   <1>
  ISSUED   2026-03-01
  EXPIRES  2036-03-01
  DAYS     3653
  STATE    active
  KEY      ec-p256
  REASON   -
  ISSUER   CN=rekey local <ca>
  
  SLOT     u3/online
  NUMBER   <3>
  ISSUED   2026-03-01
  EXPIRES  2036-03-01
  DAYS     3653
  STATE    active
  KEY      ec-p256
  REASON   -
  ISSUER   CN=rekey local <ca>
  [0]
  $ on_columns 200 units list
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  u1  online  2026-03-01 (now)  2036-03-01 (in 10 y)  0  online  line=A, site=\xe6\x9d\xb1\xe4\xba\xac\xe7\xac\xac\xe4\xba\x8c\xe5\xb7\xa5\xe5\xa0\xb4  dir:$T/u1 (esc)
  ^[[33mu2  offline  2026-03-01 (now)  2026-03-01 (now)  2026-03-01 (in 4 min)  2036-03-01 (in 10 y)  0  main/iam  site=K\xc3\xb6ln  dir:$T/u2^[[0m (esc)
  u3  online  2026-03-01 (now)  2036-03-01 (in 10 y)  0  online  owner=\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7, site=Ko\xcc\x88ln  dir:$T/u3 (esc)
  [0]
  $ on_columns 120 units list
  UNIT  STATUS   LAST SEEN         OFFLINE SINCE     NEXT ATTEMPT           MUST RECONNECT BY     AT RISK  SLOTS
  u1    online   2026-03-01 (now)                                           2036-03-01 (in 10 y)        0  online
  ^[[33mu2    offline  2026-03-01 (now)  2026-03-01 (now)  2026-03-01 (in 4 min)  2036-03-01 (in 10 y)        0  main/iam^[[0m
  u3    online   2026-03-01 (now)                                           2036-03-01 (in 10 y)        0  online
  left out: LABELS, ADDRESS; --wide shows all
  [0]
  $ on_columns 80 units list
  UNIT  STATUS   LAST SEEN         MUST RECONNECT BY     AT RISK  SLOTS
  u1    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  ^[[33mu2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam^[[0m
  u3    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  left out: OFFLINE SINCE, NEXT ATTEMPT, LABELS, ADDRESS; --wide shows all
  [0]
  $ on_columns 60 units list
  UNIT  STATUS   MUST RECONNECT BY     AT RISK  SLOTS
  u1    online   2036-03-01 (in 10 y)        0  online
  ^[[33mu2    offline  2036-03-01 (in 10 y)        0  main/iam^[[0m
  u3    online   2036-03-01 (in 10 y)        0  online
  left out: LAST SEEN, OFFLINE SINCE, NEXT ATTEMPT, LABELS, ADDRESS; --wide shows all
  [0]
  $ on_columns 40 units list
  UNIT  STATUS   AT RISK  SLOTS
  u1    online         0  online
  ^[[33mu2    offline        0  main/iam^[[0m
  u3    online         0  online
  left out: LAST SEEN, OFFLINE SINCE, NEXT ATTEMPT, MUST RECONNECT BY, LABELS, ADDRESS; --wide shows all
  [0]
  $ on_columns 25 units list
  UNIT  STATUS   AT RISK
  u1    online         0
  ^[[33mu2    offline        0^[[0m
  u3    online         0
  left out: LAST SEEN, OFFLINE SINCE, NEXT ATTEMPT, MUST RECONNECT BY, SLOTS, LABELS, ADDRESS; --wide shows all
  [0]
  $ on_columns 80 -q certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON
  u1/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256
  [0]

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
  UNIT  STATUS  LAST SEEN  OFFLINE SINCE  NEXT ATTEMPT  MUST RECONNECT BY  AT RISK  SLOTS  LABELS  ADDRESS
  u1  online  2026-03-01T12:00:00Z  2036-03-01T12:00:00Z  0  online  line=A, site=\xe6\x9d\xb1\xe4\xba\xac\xe7\xac\xac\xe4\xba\x8c\xe5\xb7\xa5\xe5\xa0\xb4  dir:$T/u1 (esc)
  u2  offline  2026-03-01T12:00:00Z  2026-03-01T12:00:00Z  2026-03-01T12:04:00Z  2036-03-01T12:00:00Z  0  main/iam  site=K\xc3\xb6ln  dir:$T/u2 (esc)
  u3  online  2026-03-01T12:00:00Z  2036-03-01T12:00:00Z  0  online  owner=\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7, site=Ko\xcc\x88ln  dir:$T/u3 (esc)

The width is that of the terminal; what COLUMNS says is for one that does not know.

  $ COLUMNS=200 on_columns 60 -q issuers list
  ISSUER  KEY      EXPIRES                DAYS  SUBJECT
  local   ec-p256  2056-03-01 (in 30 y)  10958  CN=rekey loca\xe2\x80\xa6 (esc)
  [0]
  $ COLUMNS=60 on_terminal -q issuers list
  ISSUER  KEY      EXPIRES                DAYS  SUBJECT
  local   ec-p256  2056-03-01 (in 30 y)  10958  CN=rekey locaM-bM-^@M-&
  $ COLUMNS= on_terminal -q issuers list
  ISSUER  DEFAULT  KIND   KEY      EXPIRES                DAYS  SUBJECT
  local   true     local  ec-p256  2056-03-01 (in 30 y)  10958  CN=rekey local <ca>
  $ COLUMNS=nonsense on_terminal -q issuers list
  ISSUER  DEFAULT  KIND   KEY      EXPIRES                DAYS  SUBJECT
  local   true     local  ec-p256  2056-03-01 (in 30 y)  10958  CN=rekey local <ca>

Colours by urgency, on a terminal that takes them, when they are wanted; the words and numbers are the same.

  $ on_columns 80 -q units list
  UNIT  STATUS   LAST SEEN         MUST RECONNECT BY     AT RISK  SLOTS
  u1    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  ^[[33mu2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam^[[0m
  u3    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  [0]
  $ at +3630d on_columns 90 -q certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON
  ^[[33mu1/online  <1>  2026-03-01  2036-03-01    23  active  ec-p256^[[0m
  [0]
  $ at +3650d on_columns 90 -q certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON
  ^[[31mu1/online  <1>  2026-03-01  2036-03-01     3  active  ec-p256^[[0m
  [0]
  $ at +3660d on_columns 90 -q certs list u1
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON
  ^[[31mu1/online  <1>  2026-03-01  2036-03-01    -7  active  ec-p256^[[0m
  [0]
  $ NO_COLOR=1 on_columns 80 -q units list
  UNIT  STATUS   LAST SEEN         MUST RECONNECT BY     AT RISK  SLOTS
  u1    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  u2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam
  u3    online   2026-03-01 (now)  2036-03-01 (in 10 y)        0  online
  [0]
  $ NO_COLOR= on_columns 80 -q units list | grep offline
  ^[[33mu2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam^[[0m
  $ NO_COLOR=1 on_columns 80 -q units list --color always | grep offline
  ^[[33mu2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam^[[0m
  $ on_columns 80 -q units list --color never | grep offline
  u2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam
  $ TERM=dumb on_columns 80 -q units list | grep offline
  u2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam
  $ (unset TERM; on_columns 80 -q units list) | grep offline
  u2    offline  2026-03-01 (now)  2036-03-01 (in 10 y)        0  main/iam
  $ rk units list --color auto | grep -c "$(printf '\033')"
  0
  [1]
  $ rk units list --color always | cat -v | grep offline
  ^[[33mu2  offline  2026-03-01T12:00:00Z  2026-03-01T12:00:00Z  2026-03-01T12:04:00Z  2036-03-01T12:00:00Z  0  main/iam  site=KM-CM-6ln  dir:$T/u2^[[0m
  $ rk units list --color always --json | grep -c "$(printf '\033')"
  0
  [1]
  $ rk units list --color sometimes
  ! rekey: --color: 'sometimes' is none of auto, always, never
  !   as in: --color auto
  [2]

A plan has its issuer under the table where one signs all, and in it where slots get another one.

  $ on_columns 80 certs renew u1 u2/main/iam --dry-run
  SLOT         ACTION  REASON  WHY        OLD NUMBER    WOULD EXPIRE
  u1/online    renew   manual  asked for  <1>  2036-03-01 (in 10 y)
  u2/main/iam  renew   manual  asked for  <2>  2036-03-01 (in 10 y)
  left out: ISSUER; --wide shows all
  issuer: local
  dry run: nothing was changed
  [0]
  $ rk -q issuers create other
  $ on_columns 80 certs renew u1 u2/main/iam --issuer other --dry-run
  SLOT         ACTION  REASON  WHY        ISSUER  WOULD EXPIRE
  u1/online    renew   manual  asked for  other   2036-03-01 (in 10 y)
  u2/main/iam  renew   manual  asked for  other   2036-03-01 (in 10 y)
  left out: OLD NUMBER; --wide shows all
  dry run: nothing was changed
  [0]

What is shown of one thing says how far its times are.

  $ on_columns 80 certs show u1/online | grep -E 'expires|issued at|ended'
  issued at  2026-03-01T11:00:00Z (60 min ago)
  expires at  2036-03-01T12:00:00Z (in 10 y)
  ended at  -
  $ rk certs show u1/online | grep -E 'expires|issued at|ended'
  issued at  2026-03-01T11:00:00Z
  expires at  2036-03-01T12:00:00Z
  ended at  -

What is revoked for good is asked for, of somebody who is there, and shown while it is in use.

  $ "$TESTDIR/press.py" "read:type 'u1/online'" 'type:u1' -- certs revoke u1/online --reason keyCompromise --force | scrub
  warning: certificate <1> of u1/online would be revoked for good; it is in use
  To confirm, type 'u1/online': u1
  rekey: not confirmed
    nothing was changed
  [2]
  $ "$TESTDIR/press.py" "read:type 'u1/online'" press:C -- certs revoke u1/online --reason keyCompromise --force | scrub
  warning: certificate <1> of u1/online would be revoked for good; it is in use
  To confirm, type 'u1/online': ^C
  rekey: interrupted before the answer
  [130]
  $ rk certs show u1/online --json | jq -c '[.state, .revoked_at]'
  ["active",null]
  $ timed "$TESTDIR/press.py" "read:type 'u1/online'" 'type:u1/online' -- certs revoke u1/online --reason keyCompromise --force | scrub
  warning: certificate <1> of u1/online would be revoked for good; it is in use
  To confirm, type 'u1/online': u1/online
  revoked certificate <1> of u1/online for keyCompromise
  warning: u1/online still uses it; replace it: rekey certs renew u1/online --reason compromise
  no list contains it yet: rekey issuers crl local --out FILE
  [0]
  $ timed "$TESTDIR/press.py" -- --no-input certs revoke u3/online --reason superseded --force | scrub
  revoked certificate <3> of u3/online for superseded
  warning: u3/online still uses it; replace it: rekey certs renew u3/online
  no list contains it yet: rekey issuers crl local --out FILE
  [0]
  $ rk certs list u1 u2
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE     KEY      REASON  ISSUER
  u1/online    <1>  2026-03-01  2036-03-01  3653  revoked!  ec-p256          CN=rekey local <ca>
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active    ec-p256          CN=rekey local <ca>
  $ on_columns 80 -q certs list u1 u2
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE     REASON
  ^[[31mu1/online    <1>  2026-03-01  2036-03-01  3653  revoked!^[[0m
  u2/main/iam  <2>  2026-03-01  2036-03-01  3653  active
  [0]
  $ rk certs list u1 --json | jq -c '.certificates[] | .state'
  "active"

So is the key of a credential.

  $ openssl ecparam -genkey -name prime256v1 -noout -out key.pem
  $ add() { rk -q credential add "$1" --client-id "$1" --key-id k --key key.pem --offline \
  >     --scope s --token-url https://example.org/t --audience a --api-url https://example.org; }
  $ add acme
  $ rotate() { rk -q credential rotate acme --client-id new --key-id k2 --key key.pem --offline "$@"; }
  $ rotate --reason compromise
  ! rekey: the new credential has the same key as 'acme', and others may have that
  !   make a new key at the provider, and rotate to it
  [6]
  $ rk credential show acme --json | jq -c '[.client_id, .state]'
  ["acme","active"]
  $ rotate --dry-run
  ! warning: acme: the new credential has the same key as the old one; a key that may be exposed stays in use
  !   make a new key at the provider, and rotate to it
  $ rotate
  ! warning: acme: the new credential has the same key as the old one; a key that may be exposed stays in use
  !   make a new key at the provider, and rotate to it
  $ "$TESTDIR/press.py" -- credential remove nobody
  rekey: there is no credential 'nobody'
    see: rekey credential list
  [2]
  $ rk credential remove acme
  ! rekey: 'acme' is the active credential of tenant 'acme'
  !   rotate it, or remove the tenant with all of its data: rekey tenants remove acme
  [6]

What a unit, a provider or a file says is shown, and never obeyed: neither in messages nor in CSV.

  $ rk -q units set u3 --reload "$(printf 'printf "\\033]0;title\\007\\342\\200\\256x"; exit 1')"
  $ timed "$TESTDIR/press.py" columns:200 -- certs renew u3 2>&1 | scrub | grep -v SLOT
  warning: u3/online failed: 'printf "\033]0;title\007\342\200\256x"; exit 1' ended with exit status 1: \x1B]0;title\x07\xE2\x80\xAEx; on the way back to the old pair: 'printf "\033]0;title\007\342\200\256x"; exit 1' ended with exit status 1: \x1B]0;title\x07\xE2\x80\xAEx
  ^[[31mu3/online  failed   manual  <3>^[[0m
  run 4: 1 failed
  [1]
  $ rk -q certs renew u2 --comment "$(printf 'x\033]0;title\007y\342\200\256z')"
  ! rekey: --comment: 'x\x1B]0;title\x07y\xE2\x80\xAEz' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk -q certs renew u2 --comment plain; sqlite3 home/rekey.db "UPDATE certificates SET comment = 'x' || char(27) || ']0;title' || char(7) || 'y' || char(8238) || 'z' WHERE comment = 'plain'"
  $ on_columns 200 certs history u2/main/iam --output csv
  old_number,new_number,at,reason,state,actor,comment,unit,node,type,run^M
  ,<2>,2026-03-01T12:00:00Z,,superseded,<actor>,,u2,main,iam,2^M
  <2>,<4>,2026-03-01T12:00:00Z,manual,active,<actor>,x\x1B]0;title\x07y\xE2\x80\xAEz,u2,main,iam,5^M
  [0]
  $ on_columns 80 -q certs history u2/main/iam --color never | tr -s ' ' | grep -oE '^(WHEN OLD NUMBER NEW NUMBER REASON|20[^ ]*( <[0-9]*>)*)'
  WHEN OLD NUMBER NEW NUMBER REASON
  2026-03-01T12:00:00Z <2>
  2026-03-01T12:00:00Z <2> <4>
  $ on_columns 200 certs history u2/main/iam | grep -o 'x.*z'
  x\x1B]0;title\x07y\xE2\x80\xAEz
  $ rk certs history u2/main/iam --output csv | tr -d '\r' | cat -v
  old_number,new_number,at,reason,state,actor,comment,unit,node,type,run
  ,<2>,2026-03-01T12:00:00Z,,superseded,<actor>,,u2,main,iam,2
  <2>,<4>,2026-03-01T12:00:00Z,manual,active,<actor>,x^[]0;title^GyM-bM-^@M-.z,u2,main,iam,5

Ctrl-Z at a passphrase gives the terminal back as it was; whoever returns is asked anew. So does an end by Ctrl-C.
Newer versions of bash do not print which job was stopped.

  $ without_job() { sed -e '/^$/d' -e '/^\[1\]/d'; }
  $ REKEY_BINARY=/bin/bash "$TESTDIR/press.py" 'read:New passphrase' press:Z 'read:flow' 'read:New passphrase' press:C 'read:over' -- \
  >     -mc 'look() { stty -a | grep -wo -e "-*echo"; echo "$1"; }; trap "look over" EXIT; "$0" seal change --passphrase; look flow; fg' "$REKEY_BINARY" | without_job
  New passphrase of the home: 
  echo
  flow
  "$0" seal change --passphrase
  New passphrase of the home: 
  rekey: interrupted before the answer
  echo
  over
  [130]
  $ rk seal show | grep -i passphrase
  under passphrase  false
  $ REKEY_BINARY=/bin/bash "$TESTDIR/press.py" 'read:New passphrase' press:Z 'read:flow' 'read:New passphrase' 'type:a long one' 'read:Again' 'type:a long one' -- \
  >     -mc '"$0" seal change --passphrase; echo flow; fg' "$REKEY_BINARY" | without_job | scrub
  New passphrase of the home: 
  flow
  "$0" seal change --passphrase
  New passphrase of the home: 
  Again: 
  sealed 4 secrets with key <key>, under the passphrase
  [0]
  $ echo 'a long one' >pass
  $ rk --home-passphrase-file pass seal show | grep -i passphrase
  under passphrase  true

The end of the input is no passphrase, and no yes.

  $ "$TESTDIR/press.py" 'read:New passphrase' press:D -- --home-passphrase-file pass seal change --passphrase
  New passphrase of the home: 
  rekey: there was no answer
    say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change
  [6]

Nothing is asked where nobody is.

  $ rk seal change --passphrase --home-passphrase-file pass
  ! rekey: New passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change
  [2]
