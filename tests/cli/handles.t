Many units at once, as lists; other names; one place for one unit.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2 u3 other
  $ rk -q init

A list of units, as a spreadsheet saves it. A dry run shows what would be added.

  $ cat >units.csv <<CSV
  > Name;Address;Types;Node;Labels;Reload
  > u1;dir:u1;online iam;;"site=north;rack=7";true
  > u2;dir:u2;cm;main;site=south;
  > far;ssh://rekey@far.example/srv/unit;online;;;
  > CSV
  $ rk units add --csv units.csv --dry-run --output csv | tr -d '\r'
  line,result,name,address,types,labels,reload,probe,keep_mode,rules
  2,added,u1,dir:$T/u1,iam;online,rack=7;site=north,true,,,
  3,added,u2,dir:$T/u2,main/cm,site=south,,,,
  4,added,far,ssh://rekey@far.example/srv/unit,online,,,,,
  ! 3 units would be added
  $ rk units add --csv units.csv -n | tail -2
    4  added  far  online  ssh://rekey@far.example/srv/unit
  ! 3 units would be added
  $ rk units list
  $ rk units add --csv units.csv
  ! 3 units added
  ! 1 unit elsewhere was not asked yet: rekey units check
  $ rk units list --json | jq -c '.units[] | [.name, .status, .slots, .labels]'
  ["far","unknown",["online"],{}]
  ["u1","online",["iam","online"],{"rack":"7","site":"north"}]
  ["u2","online",["main/cm"],{"site":"south"}]

The same list again changes nothing; a further line is added.

  $ printf 'u3;dir:u3;online;;;\n' >>units.csv
  $ rk -q units add --csv units.csv --json | jq -c '.units[] | [.line, .result, .name, .types]'
  [5,"added","u3",["online"]]
  [2,"unchanged","u1",["iam","online"]]
  [3,"unchanged","u2",["main/cm"]]
  [4,"unchanged","far",["online"]]
  $ rk -q units add --csv - <units.csv
  $ rk audit list --output csv | cut -d, -f4,5 | tr -d '\r' | grep unit
  unit.add,u1
  unit.add,u2
  unit.add,far
  unit.add,u3

What is exported makes the same units elsewhere.

  $ rk -q units set u2 --key ec-p384 --usages serverAuth --usages clientAuth
  $ rk -q units set u2/main/cm --subject 'CN=a\;b,O=x' --san dns:cm.example --issuer local
  $ rk units export | tr -d '\r'
  name,address,types,labels,reload,probe,keep_mode,rules
  far,ssh://rekey@far.example/srv/unit,online,,,,,
  u1,dir:$T/u1,iam;online,rack=7;site=north,true,,,
  u2,dir:$T/u2,main/cm,site=south,,,,"key=ec-p384;usages=serverAuth;usages=clientAuth;main/cm/issuer=local;main/cm/san=dns:cm.example;main/cm/subject=CN=a\\\;b,O=x"
  u3,dir:$T/u3,online,,,,,
  $ rk units export u1 --json
  {"units":[
  {"name":"u1","address":"dir:$T/u1","types":["iam","online"],"labels":{"rack":"7","site":"north"},"reload":"true","probe":"","keep_mode":[],"rules":{}}
  ]}
  $ rk units export u9
  ! rekey: there is no unit 'u9'
  !   did you mean 'u1'? see: rekey units list
  [2]

Units are selected as everywhere, and are exported whole.

  $ for what in "'u?'" "--label site!=north" "--type online" "u2 u1 --limit 1" "--all"; do
  >     echo "$what: $(eval rk units export $what | sed 1d | cut -d, -f1 | paste -sd' ')"; done
  'u?': u1 u2 u3
  --label site!=north: far u2 u3
  --type online: far u1 u3
  u2 u1 --limit 1: u1
  --all: far u1 u2 u3
  $ rk units export --type online | grep -o '^u1.*online'
  u1,dir:$T/u1,iam;online
  $ rk units export --expiring 1d
  name,address,types,labels,reload,probe,keep_mode,rules\r (esc)
  ! no unit matches --expiring 1d
  $ rk units export u2/main/cm
  ! rekey: 'u2/main/cm' is not a unit, and this is about whole units
  !   name the unit alone
  [2]
  $ "$REKEY_BINARY" units export --label site=north,south >some.csv; mkdir some
  $ rk -q --home some/home init; rk -q --home some/home units add --csv some.csv
  $ "$REKEY_BINARY" --home some/home units export | cmp - some.csv

  $ "$REKEY_BINARY" units export >all.csv
  $ rk -q --home other/home init
  $ rk --home other/home units add --csv - <all.csv
  ! 4 units added
  ! 1 unit elsewhere was not asked yet: rekey units check
  $ "$REKEY_BINARY" --home other/home units export | cmp - all.csv
  $ rk --home other/home units show u2 --json | jq -c '[.rules, .slot_rules]'
  [{"key":["ec-p384"],"usages":["serverAuth","clientAuth"]},{"main/cm":{"san":["dns:cm.example"],"subject":["CN=a\\;b,O=x"],"issuer":["local"]}}]

Rules that cannot be, an issuer that this home does not have, and rules that differ from what is recorded.

  $ printf 'name,address,types,rules\nu7,dir:u7,online,key=rot13\nu8,dir:u8,online,online/issuer=north\nu9,dir:u9,online,iam/key=ec-p384\nu2,dir:u2,main/cm,key=ec-p256\n' | rk units add --csv - >said; grep -c ', line ' said
  4
  $ grep -o "there is no issuer 'north'\|rules name 'iam', and types does not\|recorded with other rules\|no unit was added" said
  there is no issuer 'north'
  rules name 'iam', and types does not
  recorded with other rules
  no unit was added
  $ "$REKEY_BINARY" units export | cmp - all.csv

One wrong line keeps all others out, and each is named with its remedy.

  $ cat >wrong.csv <<CSV
  > name,address,types,labels
  > new,dir:new,online,
  > u1,dir:u1,online;iam;sm,site=north
  > u4,dir:u2/../u2,,
  > u5,,,
  > u6,dir:u6,gen,
  > new,dir:new,,
  > u7,dir:u7,online
  > CSV
  $ rk units add --csv wrong.csv
  ! warning: wrong.csv, line 3: unit 'u1' is recorded with other types and other labels
  !   to change the unit: rekey units set u1 --type sm --label rack=
  ! warning: wrong.csv, line 4: unit 'u4' lies where unit 'u2' does
  !   give it a folder of its own, or its types to 'u2'
  ! warning: wrong.csv, line 5: unit 'u5' has no address
  !   an address is a scheme and what it needs: dir:/srv/unit-1, ssh://host/srv/unit-1
  ! warning: wrong.csv, line 6: 'gen' cannot be the name of a node or type on a dir: unit
  !   choose another name; slots have folders of that name inside
  ! warning: wrong.csv, line 7: unit 'new' is on line 2 already
  !   a unit has one line, with all of its types
  ! warning: wrong.csv, line 8: 3 cells, where the header has 4
  !   cells are separated by comma; one with that in it, or with a line break, must be in quotes
  ! rekey: wrong.csv: 6 of 7 lines are wrong; no unit was added
  !   correct the file, and run the same command again
  [2]
  $ (echo name,address; for i in $(seq 30); do echo "-$i,dir:x"; done) >many.csv
  $ rk units add --csv many.csv 2>&1 | grep -c 'many.csv, line'
  20
  $ rk units add --csv many.csv 2>&1 | tail -3
  ! warning: many.csv: 10 more are wrong
  ! rekey: many.csv: 30 of 30 lines are wrong; no unit was added
  !   correct the file, and run the same command again
  $ printf 'name,adress\nu9,dir:u9\n' | rk units add --csv -
  ! rekey: standard input, line 1: there is no column 'adress'
  !   did you mean 'address'? columns: name, address, types, labels, reload, probe, keep_mode, rules, node
  [2]
  $ rk units add u9 dir:u9 --csv units.csv
  ! rekey: with --csv, the file says all of the units
  !   name nothing else: rekey units add --csv FILE; write types, labels and the rest into its columns
  [2]
  $ rk units add u9 dir:u9 --dry-run
  ! rekey: --dry-run is for a list of units
  !   as in: rekey units add --csv units.csv --dry-run
  [2]
  $ rk units list --json | jq '.units | length'
  4

Many units take no time.

  $ (echo name,address,types; for i in $(seq 500); do mkdir -p "many/$i"; echo "m$i,dir:many/$i,online"; done) >many.csv
  $ rk -q --home other/many init
  $ rk --home other/many units add --csv many.csv
  ! 500 units added

Another name: certificates, history and what is open go along.

  $ rk -q certs generate u1 >/dev/null
  $ rk units rename u1 pump
  ! u1: renamed to pump; its certificates and their history stay with it
  ! 2 certificates in use keep the old name until they are renewed
  !   the next run does that, or: rekey certs renew pump
  $ rk certs list pump --json | jq -c '.certificates[] | [.unit, .type, .state]'
  ["pump","iam","active"]
  ["pump","online","active"]
  $ rk units show u1
  ! rekey: unit 'u1' was renamed to 'pump'
  !   see: rekey units show pump
  [2]
  $ rk certs list u1
  ! rekey: unit 'u1' was renamed to 'pump'
  !   see: rekey units show pump
  [2]
  $ rk certs list u1/online
  ! rekey: unit 'u1' was renamed to 'pump'
  !   see: rekey units show pump
  [2]
  $ rk certs renew u1 --reason audit
  ! rekey: unit 'u1' was renamed to 'pump'
  !   see: rekey units show pump
  [2]
  $ rk audit list --unit u1 --output csv | cut -d, -f4,5 | tail -2 | tr -d '\r'
  certificate.generate,u1/iam
  unit.rename,u1
  $ rk units rename pump valve -n
  ! rekey: there is no option '-n' of 'rekey units rename'
  !   see: rekey units rename --help
  [2]
  $ rk units rename pump u2
  ! rekey: there is a unit named u2 already
  !   choose another name, or remove that unit first
  [6]
  $ rk units rename pump pump
  ! rekey: unit 'pump' has that name already
  !   give it another one
  [2]
  $ rk audit list --output csv | cut -d, -f4,5 | tr -d '\r' | tail -1
  unit.rename,u1
  $ rk -q audit verify >/dev/null

A folder has one unit, also where a link came later.

  $ rmdir u3; ln -s u2 u3
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem -subj /CN=old.example \
  >     -days 90 2>/dev/null
  $ rk units adopt u3 web --cert a.pem --key a.key --accept-names
  ! rekey: unit 'u3' lies where unit 'u2' does
  !   give it a folder of its own, or its slots to the other: rekey units set u2 --type TYPE
  [6]
  $ test -L a.pem
  [1]
