Rules of one unit or one slot, names that only some units have, and slots that are pinned to an issuer.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir -p u1 u2; rk -q init --organization Example
  $ for u in u1 u2; do rk -q units add $u dir:$u --type online --type iam; rk -q certs generate $u >/dev/null; done
  $ names() { openssl x509 -in $1/current/cert.pem -noout -ext subjectAltName | tail -n +2 | sed 's/^ *//'; }

The nearest wins, explain says which, and what others have stays as it is.

  $ rk units set u1 --subject 'CN={unit},OU=Pumps' --key ec-p384
  ! u1: changed
  $ rk units set u1/online --san dns:pump.example --san ip:192.0.2.1 --key ec-p521
  ! u1/online: changed
  $ rk policy explain u1/online | grep -E '^(key|subject|san) '
  key                   ec-p521                               slot u1/online
  subject               CN={unit},OU=Pumps                    unit u1
  san                   ["dns:pump.example", "ip:192.0.2.1"]  slot u1/online
  $ rk policy explain u1/iam --output csv | grep -E '^(key|subject|san),' | tr -d '\r'
  key,value,source
  key,ec-p384,unit u1
  subject,"CN={unit},OU=Pumps",unit u1
  san,"[""dns:{unit}""]",built in
  $ rk certs renew --due --verbose --output csv | cut -d, -f1,3,4,8 | tr -d '\r'
  unit,type,outcome,reason
  u1,iam,renewed,policy
  u1,online,renewed,policy
  $ names u1/online; names u2/online
  DNS:pump.example, IP Address:192.0.2.1
  DNS:u2
  $ rk units show u1 --json | jq -c '.rules, .slot_rules'
  {"key":["ec-p384"],"subject":["CN={unit},OU=Pumps"]}
  {"online":{"key":["ec-p521"],"san":["dns:pump.example","ip:192.0.2.1"]}}
  $ rk audit list --json | jq -c '.entries[] | select(.action == "slot.set") | [.subject, .detail]'
  ["u1/online","{\"rules\":{\"key\":{\"before\":[],\"after\":[\"ec-p521\"]},\"san\":{\"before\":[],\"after\":[\"dns:pump.example\",\"ip:192.0.2.1\"]}}}"]

They follow the unit to another name; an empty one removes a rule; the same again changes nothing.

  $ rk -q units rename u1 pump; rk certs renew --due --dry-run --output csv | cut -d, -f1,3,6 | tr -d '\r'
  unit,type,why
  pump,iam,"subject is CN=u1
  pump,online,"subject is CN=u1
  ! dry run: nothing was changed
  $ rk -q units rename pump u1
  $ rk -q units set u1/online --key '' --san ''; rk -q units set u1/online --key ''; rk units show u1 --json | jq -c '.slot_rules'
  {}
  $ rk audit list --json | jq '[.entries[] | select(.action == "slot.set")] | length'
  2
  $ rk -q units set u1 --subject '' --key ''; rk units show u1 --json | jq -c '.rules'
  {}

What cannot be a rule changes nothing.

  $ rk units set u1/online --san pump.example
  ! rekey: 'pump.example' is not an alternative name
  !   names begin with dns:, ip:, uri: or email:, as "dns:{unit}.fleet.example"
  [2]
  $ rk units set u1/online --san dns:a --san ''
  ! rekey: --san '' removes the rule, and must be given alone
  !   leave out the other --san, or the empty one
  [2]
  $ rk units set u1/online --reload true
  ! rekey: a slot has rules, a probe and an issuer of its own, and nothing else
  !   name the unit alone, or give only --san, --subject, --key, --usages, --probe and --issuer
  [2]
  $ rk units set u1/online u2 --key ec-p384
  ! rekey: 'u2' is a unit, and this is about slots
  !   name each as UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk units set u1 --issuer nobody
  ! rekey: there is no issuer 'nobody'
  !   the issuers are: local
  [2]
  $ rk units set u1/online --key rsa-2048 && rk -q units set u1/online --key ''
  ! warning: keys of the kind rsa-2048 are not expected to be safe after 2030 (NIST SP 800-57)
  !   better are ec-p256 and rsa-3072
  ! u1/online: changed

Names that only some units have.

  $ rk -q policy load - --yes <<'TOML'
  > [type.online]
  > san = ["dns:{unit}", "ip:{label.ip?}"]
  > TOML
  $ rk -q units set u1 --label ip=192.0.2.1,192.0.2.2; rk -q certs renew u1/online u2/online >/dev/null
  $ names u1/online; names u2/online
  DNS:u1, IP Address:192.0.2.1, IP Address:192.0.2.2
  DNS:u2

A migration pins what it moves, and done again does nothing to what is moved.

  $ rk -q issuers create new; rk -q issuers create third; rk -q units set u2 --reload false
  $ rk -q certs renew u1 u2/online --issuer new --reason migration >/dev/null 2>&1
  [3]
  $ rk -q units set u2 --reload ''
  $ rk certs renew u1 u2/online --issuer new --reason migration --output csv | cut -d, -f1,3,4 | tr -d '\r'
  unit,type,outcome
  u2,online,renewed
  u1,iam,kept
  u1,online,kept
  ! run 6: 1 renewed
  ! 2 slots are at issuer 'new' already
  ! 1 slot stays with issuer 'new'
  !   to let it go: rekey units set UNIT/TYPE --issuer ''
  $ rk certs renew --all --issuer new --reason migration --dry-run --output csv | cut -d, -f1,3,4,6 | tr -d '\r'
  unit,type,action,why
  u1,iam,keep,is at issuer 'new' already
  u1,online,keep,is at issuer 'new' already
  u2,iam,renew,asked for
  u2,online,keep,is at issuer 'new' already
  ! dry run: nothing was changed
  $ rk issuers default third
  ! issuer 'third' is the default; what others signed is due now, see: rekey certs renew --due --dry-run
  ! 3 slots are pinned to another issuer, and stay there
  !   to let one go: rekey units set UNIT/TYPE --issuer ''
  $ rk policy explain u1/iam | grep ^issuer
  issuer                new                           slot u1/iam
  $ rk units set u1/iam --issuer ''; rk policy explain u1/iam | grep ^issuer
  ! u1/iam: changed
  issuer                third                         default of the home
  $ rk certs renew --due --dry-run --output csv | cut -d, -f1,3,6,7 | tr -d '\r'
  unit,type,why,issuer
  u1,iam,"issuer is 'new', rules say 'third'"
  u2,iam,"issuer is 'local', rules say 'third'"
  ! dry run: nothing was changed
  $ rk -q units set u2 --issuer local; rk policy explain u2/iam | grep ^issuer
  issuer                local                         unit u2
  $ rk -q units set u2/iam --issuer new; rk policy explain u2/iam | grep ^issuer
  issuer                new                           slot u2/iam
