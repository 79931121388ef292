Bad input: what is wrong, what to do, a fitting exit code, and nothing lost.

  $ . "$TESTDIR/setup.sh"
  $ rk certs list
  ! rekey: there is no home at $T/home
  !   make one: rekey init
  [1]
  $ mkdir empty foreign u1
  $ rk --home empty units list
  ! rekey: empty is not a home: it has no rekey.db
  !   make one: rekey --home empty init
  [1]
  $ touch foreign/notes; rk --home foreign init
  ! rekey: $T/foreign holds 'notes', so it is not made a home
  !   name an empty or new folder: rekey --home DIR init
  [6]
  $ ls foreign
  notes
  $ sqlite3 foreign/rekey.db 'CREATE TABLE mine (x)'; rm foreign/notes
  $ rk --home foreign units list
  ! rekey: $T/foreign/rekey.db belongs to another program
  !   name another home
  [6]
  $ rk -q init; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ cp -r home newer; sqlite3 newer/rekey.db 'PRAGMA user_version = 999'
  $ rk --home newer certs list
  ! rekey: \$T/newer/rekey.db was written by a newer rekey \(schema 999; this one knows [0-9]+\) (re)
  !   use that version, or a newer one
  [6]
  $ cp -r home halved; rm halved/seal.key
  $ rk --home halved certs renew u1
  ! rekey: halved/seal.key is missing
  !   put it back from a backup; without it nothing sealed can be opened
  [1]
  $ cp -r home open; chmod 644 open/seal.key
  $ rk --home open certs renew u1
  ! rekey: open/seal.key can be read by others
  !   chmod 600 open/seal.key
  [6]

Names and arguments.

  $ rk >alone; rk --help | diff alone -
  $ rk certs
  ! rekey: 'rekey certs' needs a command
  !   one of: list, show, generate, renew, revoke, verify, check, timeline, history, export
  !   see: rekey certs --help
  [2]
  $ rk cert list
  ! rekey: there is no command 'rekey cert'
  !   did you mean: rekey certs list
  [2]
  $ rk certs rnew
  ! rekey: there is no command 'rekey certs rnew'
  !   did you mean: rekey certs renew
  [2]
  $ rk certs renew
  ! rekey: nothing was named to renew
  !   name units or slots, select them by --label or --type, or say --all, or --due for what policy says
  [2]
  $ rk certs renew nobody
  ! rekey: there is no unit 'nobody'
  !   see: rekey units list
  [2]
  $ rk certs renew u1/nothing
  ! rekey: unit 'u1' has no slot 'nothing'
  !   see: rekey units show u1
  [2]
  $ rk certs renew u1/../u1
  ! rekey: 'u1/../u1' is not a slot
  !   write it as UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk certs renew --all --due
  ! rekey: --all selects every slot: nothing else can be given with it
  !   leave out --all, or the rest
  [2]
  $ rk certs renew u1 --reason because
  ! rekey: --reason: 'because' is none of policy, migration, rotation, compromise, manual, audit
  !   as in: --reason policy
  [2]
  $ rk certs show FFFF
  ! rekey: there is no certificate FFFF
  !   see: rekey certs list --history
  [2]
  $ rk certs show xyz
  ! rekey: 'xyz' is neither a certificate number nor a slot
  !   numbers are hex, ISSUER: before one says whose; slots are UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk certs show ''
  ! rekey: '' is neither a certificate number nor a slot
  !   numbers are hex, ISSUER: before one says whose; slots are UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ for name in ../x -x a/b "$(printf 'a\033[31m')" "$(printf 'a\nb')" "$(printf '%065d' 0)"; do
  >     rk units add -- "$name" dir:u1 2>&1 | head -1
  > done
  ! rekey: '../x' cannot be the name of a unit
  ! rekey: '-x' cannot be the name of a unit
  ! rekey: 'a/b' cannot be the name of a unit
  ! rekey: NAME: 'a\x1B[31m' is not a text that can be shown
  ! rekey: NAME: 'a\x0Ab' is not a text that can be shown
  ! rekey: '00000000000000000000000000000000000000000000000000000000000000000' cannot be the name of a unit
  $ rk units add u1 dir:elsewhere
  ! rekey: there is a unit named u1 already
  !   choose another name, or remove that unit first
  [6]
  $ rk units add u2 ssh://u2
  ! rekey: 'ssh://u2' names no folder
  !   as in ssh://[user@]host[:port]/path, an IPv6 address in brackets
  [2]
  $ rk units add u2 dir:
  ! rekey: the address 'dir:' names no folder
  !   as in dir:/srv/unit-1
  [2]
  $ rk units add u2 dir:u1 --type a/b/c
  ! rekey: 'b/c' cannot be the name of a certificate type
  !   names are letters, digits, '.', '_' and '-', begin with a letter or digit, and have at most 64
  [2]
  $ rk units add u2 dir:u1 --label x
  ! rekey: 'x' is not a label
  !   write it as --label KEY=VALUE
  [2]
  $ rk units set u1
  ! rekey: nothing was given to change
  !   see: rekey units set --help
  [2]
  $ rk units list --output csv | tail -n +2 | cut -d, -f1,3 | tr -d '\r'
  u1,online

Numbers: a prefix that fits several names the candidates.

  $ mkdir u2; rk -q units add u2 dir:u2 --type a; rk -q certs generate u2 >/dev/null
  $ rk -q certs generate u2 b c d e f g h i j k l m n o >/dev/null
  $ digit=$(sqlite3 home/rekey.db 'SELECT substr(number, 1, 1) FROM certificates GROUP BY 1 ORDER BY count(*) DESC LIMIT 1')
  $ "$REKEY_BINARY" certs show "$digit" 2>&1 | sed -E "s/^(rekey: )'.'( can be several certificates).*/\1one digit\2/"
  rekey: one digit can be several certificates
    give more digits, or the issuer: ISSUER:NUMBER, or name the slot

Adoption: nothing is touched unless the pair is one.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout a.key -out a.pem -subj /CN=a -days 9 2>/dev/null
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out b.key 2>/dev/null
  $ rk units adopt u1 web --cert a.pem --key b.key
  ! rekey: $T/b.key is not the private key of the first certificate in $T/a.pem
  !   the certificate of the key comes first in its file, those of its issuers after it
  [6]
  $ rk units adopt u1 web --cert a.key --key a.key
  ! rekey: $T/a.key: PEM without a certificate
  !   give the file with the line -----BEGIN CERTIFICATE-----
  [2]
  $ rk units adopt u1 web --cert a.key --key a.pem
  ! rekey: $T/a.key: PEM without a certificate
  !   give the file with the line -----BEGIN CERTIFICATE-----
  [2]
  $ rk units adopt u1 web --cert a.pem --key missing.key
  ! rekey: there is no file 'missing.key'
  !   is the path right?
  [2]
  $ rk units adopt u1 online --cert a.pem --key a.key
  ! rekey: u1/online has certificate <1> already
  !   adopt into another slot, or renew this one
  [6]
  $ ls -F a.pem a.key; rk units show u1 | grep slots
  a.key
  a.pem
  slots  online

Issuers: what may not sign is not taken.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 9 2>/dev/null \
  >     -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
  $ openssl req -x509 -key ca.key -out nosign.pem -subj /CN=ca -days 9 -addext basicConstraints=critical,CA:FALSE 2>/dev/null
  $ freeze '2020-01-01 00:00:00'
  $ openssl req -x509 -key ca.key -out old.pem -subj /CN=old -days 9 -addext basicConstraints=critical,CA:TRUE 2>/dev/null
  $ rk_clock=
  $ rk issuers add x --cert nosign.pem --key ca.key
  ! rekey: nosign.pem: the certificate 'CN=ca' is not that of a CA
  !   take the certificate of a CA: basicConstraints CA:TRUE, keyUsage keyCertSign
  [6]
  $ rk issuers add x --cert ca.pem --key b.key
  ! rekey: ca.pem: the key is not that of the CA's certificate
  !   give the CA's own certificate first, then those above it
  [6]
  $ rk issuers add x --cert old.pem --key ca.key
  ! rekey: old.pem: expired on <time>
  !   bring a CA that is valid now, with a chain that is
  [6]
  $ rk issuers add local --cert ca.pem --key ca.key
  ! rekey: there is an issuer named local already
  !   choose another name
  [6]
  $ rk issuers default nobody
  ! rekey: there is no issuer 'nobody'
  !   the issuers are: local
  [2]
  $ rk issuers list --output csv | cut -d, -f1,3 | tr -d '\r'
  name,default
  local,true

Configuration and policy: file, line and column.

  $ mkdir -p "$XDG_CONFIG_HOME/rekey"
  $ printf 'job = 4\n' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk certs renew u1
  ! rekey: $T/user/.config/rekey/config.toml:1:1: 'job' is not known
  !   did you mean 'jobs'?
  [2]
  $ printf '[defaults]\nvalidty = "1y"\n' >policy.toml; rk policy load policy.toml
  ! rekey: policy.toml:2:1: 'validty' is not known here
  !   did you mean 'validity'?
  [2]
  $ printf '[defaults]\nkey = "rsa-512"\n' | rk policy load -
  ! rekey: standard input:2:7: key: keys of the kind 'rsa-512' are not made here
  !   use one of ec-p256, ec-p384, ec-p521, ed25519, rsa-2048, rsa-3072, rsa-4096; with OpenSSL 3.5 or later also ml-dsa-44, ml-dsa-65, ml-dsa-87
  [2]
  $ rk --config nowhere.toml certs renew u1
  ! rekey: configuration file 'nowhere.toml' is not there
  !   is the path right? without --config the user's own is read, if there is one
  [2]
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"

A clock that jumped.

  $ at -1h rk certs renew u1
  ! rekey: the clock says <time>, before the last time seen, <time>
  !   set the clock right, or, if it is: rekey doctor --accept-clock
  [6]
  $ at +2y rk certs renew u1
  ! rekey: the clock says <time>, more than a year after the last time seen, <time>
  !   set the clock right, or, if it is: rekey doctor --accept-clock
  [6]
  $ at +2y rk doctor --accept-clock
  ! the clock is accepted: <time> (last time seen was <time>)
  ! the home is sound
  $ rk certs list u1 | wc -l
  2
