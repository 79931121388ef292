A home is itself, wherever it lies.

  $ . "$TESTDIR/setup.sh"
  $ echo 'correct horse battery' >pass; chmod 600 pass
  $ keys() { find u -name key.pem | wc -l; }

Several who make one home at the same time leave one, with one CA and the key that opens it.

  $ for i in 1 2 3 4 5 6; do "$REKEY_BINARY" init >out.$i 2>&1 & done; wait; cat out.* | grep -c 'made a home\|is a home already'
  6
  $ rk issuers list --json | jq '.issuers | length'; ls -A home | grep seal; rk doctor
  1
  seal.key
  ! the home is sound
  $ rk audit list --json | jq -c '[.entries[].action]'
  ["home.create","issuer.create"]
  $ mkdir u; rk -q units add u dir:u --type online; rk certs generate u --quiet; keys
  1

What an interrupted start left goes with the next; doctor names it, and mends it too.

  $ touch home/.seal.key.new-0123; rk doctor 2>&1 | grep -c interrupted; rk -q init; ls -A home | grep new
  1
  [1]
  $ touch home/.seal.key.new-0123; rk -q doctor --repair; ls -A home | grep new
  [1]

A run stops when its home is moved, and does nothing more to the unit: another run may be at work there.

  $ cat >wait.sh <<'EOF'
  > #!/bin/sh
  > touch "$1.in"; while [ ! -e "$1.go" ]; do sleep 0.05; done; exit "$2"
  > EOF
  $ chmod +x wait.sh; reload() { rk -q units set u --reload "$T/wait.sh $T/$1 $2"; }
  $ begin() { "$REKEY_BINARY" certs renew --all --reason compromise --yes >$1.out 2>&1 & eval "$1=$!"; while [ ! -e $1.in ]; do sleep 0.05; done; }
  $ finish() { touch $1.go; eval "wait \$$1"; echo "exit $?"; }
  $ reload a 0; begin a
  $ mv home away; finish a; tail -3 a.out | sed "s|$T|\$T|g"
  exit 3
  warning: the run was stopped: $T/home is not the home any more that this command began with: it was moved or replaced
    what was done before is recorded in the home that was moved; repeat the command for the home you mean
  run 2: interrupted
  $ [ ! -e home ] && keys
  2

What it left open is finished from where the home is now.

  $ mv away home; ls home/runs; rk -q units set u --reload true; rk -q certs renew --all --reason compromise --yes; keys; rk doctor
  2
  1
  ! the home is sound

Its lock is its own: another home in its place has others, which it leaves alone.

  $ reload b 1; rk -q backup --out safe --passphrase-file pass
  $ reload c 0; begin c
  $ mv home broken; rk -q restore --yes safe --passphrase-file pass; rk -q units check u --adopt; begin b
  $ ls home/runs | wc -l; finish c; ls home/runs | wc -l
  1
  exit 3
  1
  $ rk -q units set u --reload true; rk certs renew --all --reason compromise --yes
  SLOT      OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  u/online  held     compromise  <2>
  ! warning: u/online held: run 3 is at work on it
  ! 1 held by a live run
  [5]
  $ finish b; keys; ls home/runs
  exit 1
  2
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk -q certs renew --all --reason compromise --yes >/dev/null; rk doctor
  ! the home is sound
  $ rk audit verify | tail -1
  problems  -
