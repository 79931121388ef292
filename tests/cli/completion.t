What Tab offers, asked as bash asks it.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../../completions/rekey.bash"
  $ PATH=$(dirname "$REKEY_BINARY"):$PATH
  $ offers() {
  >     COMP_WORDS=("$@")
  >     COMP_CWORD=$(($# - 1))
  >     COMPREPLY=()
  >     _rekey </dev/null
  >     printf '%s\n' "${COMPREPLY[@]}"
  > }
  $ rk -q init
  $ for n in 1 2 3; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $n.pem; done
  $ add() { rk -q credential add "$1" --tenant "$2" --client-id "C$3" --key-id k --key "$3.pem" --offline; }
  $ add 'Acme "2027", $(touch here)' acme 1
  $ add '=globex' globex 2
  $ add initech initech 3

Nouns, verbs and options:

  $ offers rekey ''
  init
  units
  certs
  issuers
  policy
  credential
  tenants
  seal
  runs
  audit
  doctor
  backup
  restore
  metrics
  agent
  $ offers rekey credential r
  remove
  rollback
  rotate
  $ offers rekey tenants ''
  coverage
  devices
  export
  import
  import-archive
  list
  merge
  remove
  show
  sync
  $ offers rekey tenants sync x --coverage m
  missing
  $ offers rekey credential rotate --k
  --keep-prior
  --key
  --key-id
  $ offers rekey credential rotate --ou
  --output

Every command that the program has:

  $ for noun in units certs issuers credential tenants seal runs audit; do
  >     "$REKEY_BINARY" $noun --help | sed -n '/^Subcommands/,$s/^  \([a-z-]*\) .*/\1/p' | sort > has
  >     offers rekey $noun '' | sort | diff - has
  > done

Names come from the store, whatever is in them, and nothing of them is run:

  $ offers rekey credential show ''
  Acme\ \"2027\"\,\ \$\(touch\ here\)
  =globex
  initech
  $ offers rekey credential rotate 'Acme\ '
  Acme\ \"2027\"\,\ \$\(touch\ here\)
  $ test -e here
  [1]
  $ offers rekey credential rollback ''
  acme
  globex
  initech
  $ offers rekey tenants remove i
  initech
  $ offers rekey tenants remove initech --confirm i
  initech
  $ offers rekey credential list --tenant = g
  globex
  $ offers rekey --home "$T/home" tenants show a
  acme
  $ offers rekey --home "$T/nowhere" tenants show a
  

Words that an option takes; where it takes a file, bash itself goes on:

  $ offers rekey credential pack --format ''
  plist
  mobileconfig
  json
  $ offers rekey certs export x --format ''
  pem
  der
  chain
  $ offers rekey credential list --output j
  json
  jsonl
  $ offers rekey credential add acme --scope ''
  business
  school
  $ offers rekey credential add acme --key ''
  
