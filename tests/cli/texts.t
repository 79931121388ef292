No text stops a fleet, and what is stuck can be freed.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2026-03-01T12:00:00Z
  $ rk -q init
  $ for u in gate pump; do mkdir $u; rk -q units add $u dir:$u --type online; rk -q certs generate $u >/dev/null; done

What is typed is text, or refused before anything is done; a name of a file may be any bytes.

  $ rk certs renew gate/online --comment "$(printf 'x\377')"
  ! rekey: --comment: 'x\xFF' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk certs renew gate/online --comment "$(printf 'two\nlines')"
  ! rekey: --comment: 'two\x0Alines' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk units set gate --label "site=$(printf '\342\200\256')"
  ! rekey: --label: 'site=\xE2\x80\xAE' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk units set gate --reload "$(printf 'true \033[31m')"
  ! rekey: --reload: 'true \x1B[31m' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk certs renew gate/online --comment "$(head -c 5000 /dev/zero | tr '\0' a)"
  ! rekey: --comment is longer than 4096 bytes
  [2]
  $ rk units add "$(printf 'a\300')" dir:gate
  ! rekey: NAME: 'a\xC0' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk --config "$(printf 'none\377')" certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  gate/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  pump/online  <2>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>
  $ rk certs renew gate/online --comment 'größer, älter: "quoted" \ and so on' --output csv | cut -d, -f4
  outcome
  renewed
  ! run 3: 1 renewed
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.renew").detail' | jq -r .comment
  gr\xc3\xb6\xc3\x9fer, \xc3\xa4lter: "quoted" \\ and so on (esc)

A comment that came into the store in another way stops its own slot's entry from nothing.

  $ rk -q units set gate --reload 'kill -9 $PPID'; rk certs renew gate/online --comment odd >/dev/null 2>&1
  [137]
  $ sqlite3 home/rekey.db "UPDATE runs SET comment = CAST(x'78ff' AS TEXT); UPDATE items SET why = CAST(x'78ff' AS TEXT) WHERE outcome = 'open'"
  $ rk -q units set gate --reload ''
  $ before=$(readlink pump/online/current); rk certs renew --all --reason audit --output csv | tr -d '\r' | cut -d, -f1,3,4
  unit,type,outcome
  gate,online,renewed
  pump,online,renewed
  ! run 5: 2 renewed
  $ [ "$before" != "$(readlink pump/online/current)" ] && rk certs verify
  ! every slot holds what is recorded
  $ rk audit verify | grep sound
  sound     true
  $ rk audit export | jq -r .seq | tail -1
  16

A long cause is cut, with a mark that says how much.

  $ rk -q units set pump --reload 'head -c 100000 /dev/zero | tr "\0" e >&2; exit 1'
  $ rk certs renew pump >/dev/null 2>&1
  [1]
  $ rk audit list --json | jq -r '.entries[-1] | .detail | length < 2000'
  true
  $ sqlite3 home/rekey.db 'SELECT max(length(error)) < 1000 FROM items'
  1
  $ rk -q units set pump --reload ''

A slot that is stuck: a run was killed before it confirmed the new pair.

  $ current=$(readlink pump/online/current)
  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  [137]
  $ rk -q units set pump --reload ''
  $ [ "$current" = "$(readlink pump/online/current)" ]
  [1]
  $ rk runs abandon 99
  ! rekey: there is no run 99
  !   see: rekey runs list
  [2]
  $ rk runs abandon pump/none
  ! rekey: unit 'pump' has no slot 'none'
  !   did you mean 'pump/online'? see: rekey units show pump
  [2]
  $ rk runs abandon 'no such'
  ! rekey: 'no such' is neither the number of a run nor a slot
  !   see: rekey runs list; slots are UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk runs abandon pump/online
  SLOT         RUN  REJECTED NUMBER  UNIT IS BACK  WHY NOT
  pump/online    7  <8>     true
  $ [ "$current" = "$(readlink pump/online/current)" ]
  $ rk runs abandon pump/online
  ! nothing is stuck there
  $ rk certs list pump --history --output csv | cut -d, -f4,11 | tr -d '\r'
  number,key
  <2>,ec-p256
  <6>,ec-p256
  <7>,ec-p256
  <8>,ec-p256
  $ rk audit list --json | jq -r '.entries[-1] | .action, .subject, .detail' | scrub
  renewal.abandon
  pump/online
  {"run":7,"number":"<8>","unit":"back"}
  $ rk certs verify && rk doctor
  ! every slot holds what is recorded
  ! the home is sound
  $ rk runs list --output csv | cut -d, -f3-10 | tr -d '\r' | head -2
  selection,reason,issuer,comment,actor,started_at,finished_at,status
  pump,,,,<actor>,2026-03-01T12:00:00Z,2026-03-01T12:00:00Z,abandoned

While the unit is away, nobody knows what it uses: its slot is free only when somebody gives up on that.

  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  [137]
  $ rk -q units set pump --reload ''; mv pump away
  $ rk runs abandon pump/online
  SLOT  RUN  REJECTED NUMBER  UNIT IS BACK  WHY NOT
  pump/online  8  false  cannot open $T/pump: No such file or directory
  ! warning: pump/online was not given up: cannot open $T/pump: No such file or directory
  !   try again when the unit answers; to leave the unit as it is: rekey runs abandon pump/online --leave-unit
  [3]
  $ rk runs abandon pump/online --leave-unit
  SLOT         RUN  REJECTED NUMBER  UNIT IS BACK  WHY NOT
  pump/online    8  <9>     false
  $ mv away pump; rk certs verify pump
  SLOT         FINDING
  pump/online  holds certificate <9>, which is rejected, not the recorded <6>
  [6]
  $ rk certs renew pump/online --force --output csv | cut -d, -f4 | tr -d '\r'
  outcome
  renewed
  ! run 9: 1 renewed
  $ rk certs verify
  ! every slot holds what is recorded

By the number of the run, and without asking:

  $ rk -q units set pump --reload 'kill -9 $PPID'; rk certs renew pump >/dev/null 2>&1
  [137]
  $ rk -q units set pump --reload ''
  $ run=$(rk runs list --limit 1 --json | jq '.runs[0].run')
  $ rk runs abandon $run --leave-unit --json
  {"abandoned":[
  {"unit":"pump","node":null,"type":"online","run":10,"number":"<11>","unit_is_back":false,"trouble":null,"freed":true}
  ]}
  $ rk certs renew pump/online --force --output csv | cut -d, -f4 | tr -d '\r'
  outcome
  renewed
  ! run 11: 1 renewed

A run that lives is not given up.

  $ mkfifo go; rk -q units set pump --reload "cat $T/go"
  $ rk -q certs renew pump >/dev/null 2>&1 & while ! [ "$(sqlite3 home/rekey.db "SELECT count(*) FROM items WHERE step = 'installed' AND outcome = 'open'")" = 1 ]; do sleep 0.1; done
  $ rk runs abandon pump/online
  ! rekey: run 12 is at work
  !   wait until it has finished, or end it: rekey runs list
  [5]
  $ echo >go; wait; rk certs verify pump
  ! every slot holds what is recorded
