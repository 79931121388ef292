Who renewed what, when and why: one way to narrow what happened, in three lists.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-11-01 00:00:00'
  $ mkdir u1 u2 u3
  $ rk -q init --organization Acme
  $ for unit in u1 u2 u3; do rk -q units add $unit dir:$unit --type online --label site=$unit; done
  $ for unit in u1 u2 u3; do rk -q certs generate $unit >/dev/null; done
  $ at +1d rk -q certs renew u1 --reason audit --comment 'ticket 1' >/dev/null
  $ at +2d rk -q certs renew u2 --reason policy --comment 'ticket 2' >/dev/null
  $ at +3d rk -q units remove u2 --yes
  $ sqlite3 home/rekey.db "UPDATE certificates SET actor = 'alice@far' WHERE comment = 'ticket 2'"
  $ numbers() { rk certs history "$@" --json | jq -c '[.history[] | "\(.at[0:10]) \(.unit) \(.run) \(.comment)"]'; }

The whole fleet, also what was removed since; of one slot, less is needed.

  $ numbers
  ["2026-11-01 u1 1 ","2026-11-01 u2 2 ","2026-11-01 u3 3 ","2026-11-02 u1 4 ticket 1","2026-11-03 u2 5 ticket 2"]
  $ at +4d rk certs history u1 --since 3d
  WHEN  SLOT  OLD NUMBER  NEW NUMBER  REASON  STATE  BY  RUN  COMMENT
  2026-11-02T00:00:00Z  u1/online  <1>  <4>  audit  active  <actor>  4  ticket 1
  $ at +4d rk certs history u1/online --since 3d | head -1
  WHEN  OLD NUMBER  NEW NUMBER  REASON  STATE  BY  COMMENT
  $ rk certs history --since 2026-11-03 --json | jq -c '.history[0] | keys_unsorted'
  ["old_number","new_number","at","reason","state","actor","comment","unit","node","type","run"]

The first instant is in, the last is not. A date begins in UTC, whatever the machine's zone.

  $ numbers --since 2026-11-02 --until 2026-11-03
  ["2026-11-02 u1 4 ticket 1"]
  $ TZ=Asia/Tokyo numbers --since 2026-11-02 --until 2026-11-03
  ["2026-11-02 u1 4 ticket 1"]
  $ numbers --since 2026-11-02T00:00:01Z
  ["2026-11-03 u2 5 ticket 2"]
  $ numbers --since 2026-11-03T01:00:00+01:00
  ["2026-11-03 u2 5 ticket 2"]
  $ at +4d rk certs history --since 2d --json | jq -c '[.history[].unit]'
  ["u2"]

By whom, where and why:

  $ numbers --by alice
  ["2026-11-03 u2 5 ticket 2"]
  $ numbers --by alice@far --unit u2 --reason policy
  ["2026-11-03 u2 5 ticket 2"]
  $ numbers --label site=u1 --state active
  ["2026-11-02 u1 4 ticket 1"]
  $ rk certs history --by nobody
  ! nothing in the history matches --by nobody
  $ rk runs list --since 2026-11-02 --json | jq -c '[.runs[].run]'
  [5,4]
  $ rk runs list --unit u2 --reason policy --json | jq -c '[.runs[].run]'
  [5]
  $ rk audit list --unit u2 --json | jq -c '[.entries[].action]'
  ["unit.add","certificate.issue","certificate.generate","certificate.issue","certificate.renew","unit.remove"]
  $ rk audit list --reason audit --json | jq -c '[.entries[] | [.action, .subject]]'
  [["certificate.renew","u1/online"]]
  $ rk audit list --since 2026-11-04 --json | jq -c '[.entries[].action]'
  ["unit.remove"]

And provably: the entry of a renewal is in the chain.

  $ rk audit list --unit u1 --since 2026-11-02 --json | jq -r '.entries[] | select(.action == "certificate.renew") | .detail | fromjson | .comment'
  ticket 1
  $ rk audit verify --json | jq .sound
  true

What cannot be meant is said:

  $ rk audit list --since yesterday
  ! rekey: --since: 'yesterday' is not a time
  !   write it as 2026-11-01, as 2026-11-01T12:00:00Z, or as a length of time back: 7d
  [2]
  $ rk runs list --since 2026-11-02 --until 2026-11-02
  ! rekey: nothing is between --since 2026-11-02T00:00:00Z and --until 2026-11-02T00:00:00Z
  !   --until is the later one, and is itself left out
  [2]
  $ rk audit list --unit u9
  ! rekey: there is no unit 'u9'
  !   did you mean 'u1'? see: rekey units list
  [2]

A long run is told by its counts, and by what needs attention; with --verbose, by every slot.

  $ freeze '2026-11-05 00:00:00'; mkdir many; types=$(seq -f '--type t%02g' 21); rk -q units add many dir:many $types
  $ rk certs generate many
  ! run 6: 21 generated
  !   see: rekey runs show 6
  $ rm -rf many/t07; touch many/t07
  $ rk certs renew many 2>&1 | grep -v warning
  SLOT      OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  many/t07  failed   manual  <6>
  ! run 7: 20 renewed, 1 failed
  !   see: rekey runs show 7
  $ rk -v certs renew many/t01 'many/t1*' 'many/t2?' many/t02 many/t03 many/t04 many/t05 many/t06 many/t08 many/t09 2>/dev/null | grep -c renewed
  21
  $ rk units remove many --yes -q

Expired is a state that is computed: what has ended, though nobody has looked at it since.

  $ rk certs list --state expired
  ! no certificate matches --state expired
  $ at +11y rk certs list --state expired --json | jq -c '[.certificates[] | [.unit, .state]]'
  [["u1","active"],["u3","active"]]

What a later run finishes keeps the comment of the run that planned it.

  $ mv u3 gone; at +5d rk -q certs renew u3 --comment 'ticket 3' >/dev/null 2>&1
  [4]
  $ mv gone u3; at +6d rk -q certs renew u3 >/dev/null
  $ numbers u3 --since 2026-11-05
  ["2026-11-11 u3 10 ticket 3"]
