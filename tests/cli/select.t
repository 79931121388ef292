One way to select slots and units, in all commands.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; rk -q init
  $ printf '[type.iam]\nvalidity = "40d"\n' | load_policy
  $ for unit in north-1 north-2 south-1; do
  >     mkdir $unit; rk -q units add $unit dir:$unit --type online --type iam --type main/iam --label site=${unit%-*}
  >     rk -q certs generate $unit
  > done
  $ rk -q units set south-1 --label line=a
  $ rk -q issuers create other
  $ slots() { rk certs list "$@" --output jsonl | grep '^{' | jq -r '[.unit, .node, .type] | map(values) | join("/")'; }

By name and by pattern; each part of a pattern stands for one part of a name.

  $ slots 'north-*'
  north-1/iam
  north-1/online
  north-1/main/iam
  north-2/iam
  north-2/online
  north-2/main/iam
  $ slots '*/iam'
  north-1/iam
  north-2/iam
  south-1/iam
  $ slots '*/*/iam' south-1/online north-1/main/iam
  north-1/main/iam
  north-2/main/iam
  south-1/online
  south-1/main/iam
  $ slots 'north-?/online'
  north-1/online
  north-2/online

By labels: all conditions hold, and one value of each.

  $ slots --label site=north --type online
  north-1/online
  north-2/online
  $ slots --label site=north,south --label line=a --type online
  south-1/online
  $ slots --label 'site!=north' --type iam
  south-1/iam
  south-1/main/iam

By what the slots hold, and at most so many.

  $ slots --expiring 90d --label site=south
  south-1/iam
  south-1/main/iam
  $ slots --expiring 2026-04-10 --label site=south
  south-1/iam
  south-1/main/iam
  $ slots --expiring 2026-04-09
  $ slots --expiring 2026-04 --label site=south
  south-1/iam
  south-1/main/iam
  $ slots --expiring 2026-05
  $ slots --expiring 2036 --label site=south
  south-1/online
  $ slots --expiring 2036 --due 2026
  $ rk units list --expiring 2036-03 --label site=south --output jsonl | jq -r .name
  south-1
  $ rk metrics --expiring 2036 | grep '^rekey_certificates{state="active"}'
  rekey_certificates{state="active"} 3
  $ rk report --expiring 2036 --output json | jq -r .report.selection
  --expiring 2036
  $ rk certs list --expiring 2026-13
  ! rekey: --expiring: '2026-13' is not a length of time or a date
  !   write it as 30d, 2027-06-30, 2027-03 or 2027
  [2]
  $ slots --issuer local --state active --limit 2
  north-1/iam
  north-1/online

From a file, or standard input.

  $ printf '# ours\n\nnorth-1/online   # the first\n  south-*/iam\r\n' >names
  $ slots --from names
  north-1/online
  south-1/iam
  $ echo north-2/online | slots --from - south-1/online
  north-2/online
  south-1/online
  $ echo '# nothing' | rk certs list --from -
  ! rekey: standard input names no unit or slot
  !   write UNIT, UNIT/TYPE or UNIT/NODE/TYPE, a line each
  [2]
  $ rk certs list --from nowhere 2>&1 | head -1
  ! rekey: the names cannot be read from 'nowhere': No such file or directory

What nothing has is a mistake, with what is near; what is in no such state is an answer.

  $ rk certs list --label site=nroth
  ! rekey: no unit matches --label site=nroth
  !   did you mean 'north'? see: rekey units list
  [2]
  $ rk certs list --label sit=north
  ! rekey: no unit matches --label sit=north
  !   did you mean 'site'? see: rekey units list
  [2]
  $ rk certs list 'nroth-*'
  ! rekey: no unit matches 'nroth-*'
  !   did you mean 'north-*'? see: rekey units list
  [2]
  $ rk certs list 'south-1/*' 'north-1/m*'
  ! rekey: no slot matches 'north-1/m*'
  !   see: rekey units list
  [2]
  $ rk certs list --type online --type web
  ! rekey: no unit has a slot of type 'web'
  !   see: rekey certs list
  [2]
  $ rk certs list --type onlin
  ! rekey: no unit has a slot of type 'onlin'
  !   did you mean 'online'? see: rekey certs list
  [2]
  $ rk certs list --issuer locl
  ! rekey: there is no issuer 'locl'
  !   did you mean 'local'? the issuers are: local, other
  [2]
  $ rk certs list 'north-*' --label line=a
  ! rekey: nothing matches all of: north-* --label line=a
  !   each of them alone matches something; leave one out, or see: rekey units list
  [2]
  $ rk certs list 'north 1'
  ! rekey: 'north 1' names no unit or slot
  !   write it as UNIT, UNIT/TYPE or UNIT/NODE/TYPE; * and ? match any characters of a part
  [2]
  $ rk certs list --label site
  ! rekey: 'site' is not a condition on a label
  !   write it as KEY=VALUE, KEY=ONE,OTHER or KEY!=VALUE
  [2]
  $ rk certs list north-1 --expiring 1d
  ! no certificate matches north-1 --expiring 1d
  $ rk certs list --issuer other
  ! no certificate matches --issuer other

Renewals select in the same way; --issuer has another meaning there.

  $ planned() { rk certs renew "$@" --dry-run --output jsonl | grep '^{' | jq -r '[.unit, .node, .type] | map(values) | join("/")'; }
  $ planned --label site=north --expiring 90d
  north-1/iam
  north-1/main/iam
  north-2/iam
  north-2/main/iam
  $ planned 'north-*/online' south-1/iam --limit 2
  north-1/online
  north-2/online
  $ planned --issuer-is local --type online --from names
  north-1/online
  $ rk certs renew --label site=nroth
  ! rekey: no unit matches --label site=nroth
  !   did you mean 'north'? see: rekey units list
  [2]
  $ rk certs renew --due --label site=nroth
  ! rekey: no unit matches --label site=nroth
  !   did you mean 'north'? see: rekey units list
  [2]
  $ rk certs renew --due --label site=north
  $ rk certs renew --all --label site=north
  ! rekey: --all selects every slot: nothing else can be given with it
  !   leave out --all, or the rest
  [2]
  $ rk certs renew --label site=south --type iam --comment audit | cut -d' ' -f1 | sort
  !
  SLOT
  south-1/iam
  south-1/main/iam
  $ rk runs list --json | jq -r '.runs[0].selection'
  --label site=south --type iam

The same words in the other commands.

  $ rk units list 'north-*' --output jsonl | jq -r .name
  north-1
  north-2
  $ rk units list --type iam --label line=a --output jsonl | jq -r .name
  south-1
  $ rk units list --label site=suoth
  ! rekey: no unit matches --label site=suoth
  !   did you mean 'south'? see: rekey units list
  [2]
  $ rk units list --expiring 1d
  ! no unit matches --expiring 1d
  $ rk certs timeline '*/*/iam' --label site=north --output jsonl
  {"period":"2026-04","type":"iam","certificates":2}
  $ rk certs verify --label site=north
  ! every slot holds what is recorded
  $ rk certs verify 'north-*' --expiring 1d
  ! no unit matches north-* --expiring 1d
  $ rm -r north-1/online; rk certs verify 'north-1/iam'
  ! every slot holds what is recorded
  $ rk certs verify 'north-1/o*' >/dev/null
  [6]
  $ rk -q certs renew north-1/online --force
  $ rk units check 'north-*' --limit 1 2>&1 | cut -d: -f1
  ! north-1
  $ rk policy check --label site=north --type online
  ! 2 certificates in use, none violates policy
  $ rk policy check nowhere-1
  ! rekey: there is no unit 'nowhere-1'
  !   see: rekey units list
  [2]
  $ rk certs check --type online --warning 30d --critical 7d | cut -d'|' -f2
   total=3 warning=0 critical=0
  $ rk certs check --label site=south --type iam --warning 60d --critical 7d | cut -d'|' -f2
   total=2 warning=2 critical=0
  $ rk certs check --label site=nroth
  CERTS UNKNOWN - no unit matches --label site=nroth; did you mean 'north'? see: rekey units list
  [3]
  $ for unit in north-1 south-1; do rk -q units set $unit --type sm; done
  $ rk certs generate --label site=north,south --type sm | cut -d' ' -f1 | sort
  !
  SLOT
  north-1/sm
  south-1/sm
  $ rk certs generate
  ! rekey: no unit was named
  !   name one, or select some: rekey certs generate --label K=V
  [2]
  $ rk certs generate 'west-*'
  ! rekey: no unit matches 'west-*'
  !   see: rekey units list
  [2]
  $ rk metrics --label site=north | grep -E '^rekey_(units|certificates)\{s[^}]*"(online|active)'
  rekey_certificates{state="active"} 7
  rekey_units{status="online"} 2
  $ rk report 'north-*' --output jsonl | jq -c '[.report.selection, .units.online]'
  ["north-*",2]
  $ rk report --output jsonl | jq -c '.report | has("selection")'
  false
  $ rk metrics north-1/online
  ! rekey: 'north-1/online' is not a unit, and this is about whole units
  !   name the unit alone
  [2]
  $ rk report --label site=nroth
  ! rekey: no unit matches --label site=nroth
  !   did you mean 'north'? see: rekey units list
  [2]

Units are changed and forgotten as a whole; where an option has its own meaning, the selecting one ends in -is.

  $ rk units set --label-is site=north --label rack=7
  ! north-1: changed
  ! north-2: changed
  $ rk units list --label rack=7 --output jsonl | jq -r .name
  north-1
  north-2
  $ rk units set 'north-*' --address dir:elsewhere
  ! rekey: 2 units cannot have one address
  !   give --address to one unit at a time
  [2]
  $ rk units remove south-1/iam
  ! rekey: slot 'south-1/iam' would not be renewed any more
  !   to confirm it, add --yes
  [6]
  $ rk units remove
  ! rekey: no unit was named
  !   name one: rekey units list, or select some by their labels
  [2]
  $ rk units remove --label rack=8
  ! rekey: no unit matches --label rack=8
  !   see: rekey units list
  [2]
  $ rk units list --output jsonl | jq -r .name | wc -l
  3

Certificates are exported and revoked by number, slot, pattern or selection.

  $ rk certs export 'north-*/online' >pem; grep -c BEGIN pem
  2
  $ rk certs export --label site=south --type online --output chain >pem; grep -c BEGIN pem
  2
  $ rk certs export 'north-*/online' --output der
  ! rekey: DER is for one certificate, and 2 were selected
  !   name one, or leave out --output der
  [2]
  $ rk certs export
  ! rekey: no certificate was named
  !   name its number or slot: rekey certs list
  [2]
  $ rk certs revoke 'west-*/online' --reason superseded
  ! rekey: no slot matches 'west-*/online'
  !   see: rekey units list
  [2]
  $ rk -q certs revoke '*/online' --label site=south --reason cessationOfOperation --force
  ! warning: south-1/online still uses it; replace it: rekey certs renew south-1/online
  $ echo south-1 | rk units remove --from - --yes
  ! south-1: removed; what is on the unit was not touched
