What Tab offers, in bash, zsh and fish.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../../completions/rekey.bash"
  $ mkdir bin; ln -s "$REKEY_BINARY" bin/rekey; export REKEY_BINARY="$T/bin/rekey"
  $ PATH=$T/bin:$PATH

Asked as bash asks it, and as fish tells it:

  $ offers() {
  >     COMP_WORDS=("$@")
  >     COMP_CWORD=$(($# - 1))
  >     COMPREPLY=()
  >     _rekey </dev/null
  >     printf '%s\n' "${COMPREPLY[@]}"
  > }
  $ fish_offers() {
  >     fish --no-config -c "source $TESTDIR/../../completions/rekey.fish; complete -C $(printf "'%s'" "$1")" </dev/null | cut -f1 |
  >         awk -v typed="${1##* }" 'index($0, typed) == 1'
  > }
  $ tab() { "$TESTDIR/tab.py" "$@"; }

Without a home names are missing, and nothing is said or made:

  $ offers rekey units show ''
  
  $ fish_offers 'rekey units show '
  $ "$REKEY_BINARY" complete units
  $ ls
  bin
  user
  $ rk -q init; mkdir pump-1 pump-2
  $ rk -q units add pump-1 dir:pump-1 --type online --type iam; rk -q units add pump-2 dir:pump-2 --type online
  $ for n in 1 2 3; do openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $n.pem; done
  $ add() { rk -q credential add "$1" --tenant "$2" --client-id "C$3" --key-id k --key "$3.pem" --offline; }
  $ add 'Acme "2027", $(touch here)' acme 1
  $ add '=globex' globex 2
  $ add initech initech 3

Nouns, verbs and options:

  $ offers rekey '' | tr '\n' ' '; fish_offers 'rekey ' | sort | tr '\n' ' '
  init status doctor backup restore metrics report agent help units certs issuers policy credential tenants seal runs audit notify agent audit backup certs credential doctor help init issuers metrics notify policy report restore runs seal status tenants units  (no-eol)
  $ offers rekey credential r
  rotate
  rollback
  remove
  $ fish_offers 'rekey credential r'
  remove
  rollback
  rotate
  $ offers rekey tenants ''
  list
  show
  set
  sync
  import
  devices
  coverage
  export
  import-archive
  merge
  remove
  $ offers rekey tenants sync x --coverage m
  missing
  $ offers rekey credential rotate --k
  --key-id
  --key
  --keep-prior
  $ fish_offers 'rekey credential rotate --k'
  --keep-prior
  --key
  --key-id
  $ offers rekey credential rotate --ou
  --output
  $ offers rekey certs renew u --due --js
  --json

Every command that the program has, and what only programs use is not among them:

  $ for noun in units certs issuers credential tenants seal runs audit; do
  >     "$REKEY_BINARY" $noun --help | sed -n '/^Commands/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' | sort > has
  >     offers rekey $noun '' | sort | diff - has
  >     fish_offers "rekey $noun " | sort | diff - has
  > done
  $ offers rekey comp
  

Names come from the store, whatever is in them, and nothing of them is run:

  $ offers rekey credential show ''
  =globex
  Acme\ \"2027\"\,\ \$\(touch\ here\)
  initech
  $ fish_offers 'rekey credential show '
  =globex
  Acme "2027", $(touch here)
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
  $ offers rekey tenants remove initech --y
  --yes
  $ offers rekey credential list --tenant = g
  globex
  $ offers rekey --home "$T/home" tenants show a
  acme
  $ offers rekey tenants show a --home="$T/home" --output ''
  table
  json
  jsonl
  csv
  $ offers rekey --home "$T/nowhere" tenants show a
  

Units, slots and types, in their places:

  $ offers rekey units show p
  pump-1
  pump-2
  $ offers rekey certs renew pump-1/
  pump-1/iam
  pump-1/online
  $ offers rekey certs renew --reason audit pump-2
  pump-2
  pump-2/online
  $ offers rekey certs generate pump-2 ''
  iam
  online
  $ offers rekey certs list --type o
  online
  $ offers rekey issuers show ''
  local
  $ fish_offers 'rekey certs renew pump-1/'
  pump-1/iam
  pump-1/online
  $ fish_offers 'rekey certs generate pump-2 '
  iam
  online
  $ fish_offers 'rekey certs list --type o'
  online
  $ offers rekey units add p
  

A unit first, and its slots once it is written:

  $ offers rekey certs renew p
  pump-1
  pump-2
  $ fish_offers 'rekey certs renew p'
  pump-1
  pump-2

Labels by their keys, then their values; addresses, runs and revisions of the policy:

  $ rk -q units set pump-1 --label site=north --label line=a; rk -q units set pump-2 --label site=south
  $ offers rekey certs list --label ''
  line=
  site=
  $ offers rekey certs list --label site =
  north
  south
  $ offers rekey certs list --label site = s
  south
  $ offers rekey certs list --label site! = north,s
  north\,south
  $ offers rekey certs list --label site = south --type o
  online
  $ offers rekey report --by s
  site
  $ fish_offers 'rekey certs list --label s'
  site=
  $ fish_offers 'rekey certs list --label site=n'
  site=north
  $ offers rekey units add new d
  dir:
  $ offers rekey units add new dir : pump
  pump-1
  pump-2
  $ offers rekey units add new dir : pump-1 --type ''
  iam
  online
  $ fish_offers 'rekey units add new dir:pump-1'
  dir:pump-1/
  $ rk -q certs generate pump-1 >/dev/null
  $ offers rekey runs show ''
  1
  $ printf '[defaults]\nvalidity = "1y"\n' | rk -q policy load - --yes
  $ offers rekey policy diff ''
  1
  $ offers rekey policy show --revision ''
  1

Words that an option takes; where it takes a file, the shell itself goes on:

  $ offers rekey credential pack --output ''
  plist
  mobileconfig
  json
  $ offers rekey certs export x --output ''
  pem
  der
  chain
  $ fish_offers 'rekey certs export x --output '
  chain
  der
  pem
  $ offers rekey credential list --output j
  json
  jsonl
  $ offers rekey credential add acme --key ''
  
  $ fish_offers 'rekey units adopt u1 online --key 1'
  1.pem
  $ offers rekey help certs re
  renew
  revoke

The shells themselves, with somebody at the keyboard:

  $ tab bash 'rekey certs rene'
  rekey certs renew 
  $ tab bash 'rekey units show pum'
  rekey units show pump-
  $ tab bash 'rekey credential show ini'
  rekey credential show initech 
  $ tab bash 'rekey units adopt u web --key 1.p'
  rekey units adopt u web --key 1.pem 
  $ tab bash 'rekey --home home certs renew pump-2/'
  rekey --home home certs renew pump-2/online 
  $ tab zsh 'rekey certs rene'
  rekey certs renew 
  $ tab zsh 'rekey units show pum'
  rekey units show pump-
  $ tab zsh 'rekey certs renew --reason ro'
  rekey certs renew --reason rotation 
  $ tab zsh 'rekey certs renew --reason=ro'
  rekey certs renew --reason=rotation 
  $ tab zsh 'rekey credential show Ac'
  rekey credential show Acme\ \"2027\",\ \$\(touch\ here\) 
  $ tab zsh 'rekey units adopt u web --key 1.p'
  rekey units adopt u web --key 1.pem 
  $ tab zsh 'rekey --home home certs renew pump-2/'
  rekey --home home certs renew pump-2/online 
  $ tab zsh 'rekey certs renew --dr'
  rekey certs renew --dry-run 

Completing reads and leaves no trace, also of a home that is only there to be read:

  $ seen() { find home -name '*-shm' -printf '%p\n' -o -printf '%p %s %T@\n' | sort; }
  $ seen >before
  $ for kind in units slots units-slots types tenants credentials issuers runs runs-slots revisions labels; do "$REKEY_BINARY" complete $kind; done | wc -l
  24
  $ seen | diff before -
  $ strace -f -e trace=openat,open "$REKEY_BINARY" complete credentials 2>&1 | grep -c seal.key
  0
  [1]
  $ rm -rf here bin
