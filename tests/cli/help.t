Somebody who has never seen it: help, wrong orders, slips, and what to do next.

  $ . "$TESTDIR/setup.sh"
  $ said() { rk "$@" 2>&1 | grep '^!'; }

Nothing at all, half of a command, and help in every way that people ask for it:

  $ rk >alone; rk --help | diff alone -
  $ rk certs
  ! rekey: 'rekey certs' needs a command
  !   one of: list, show, generate, renew, revoke, verify, check, timeline, history, export
  !   see: rekey certs --help
  [2]
  $ rk help certs renew
  Replace certificates with new ones that have new keys
  
    # one slot
    rekey certs renew pump-1/online --reason audit
    # all of two units
    rekey certs renew pump-1 pump-2
    # what ends soon at one site
    rekey certs renew --label site=north --expiring 30d
    # somebody else may have its key
    rekey certs renew pump-1/online --reason compromise
    # renew what policy says is due (for cron)
    rekey certs renew --due
    # after rekey issuers renew
    rekey certs renew --all --chain-only
    # what would be done, and why
    rekey certs renew --all --dry-run
  
  Usage: rekey certs renew [UNIT|SLOT ...] [OPTION ...]
  
  Arguments:
    UNIT|SLOT ...  Units (all of their certificates), slots (UNIT/[NODE/]TYPE), or
                   patterns such as 'north-*'
  
  Options:
    --all             Every certificate of every unit
    --label K=V       Only units with this label (K=A,B: either value; K!=V:
                      another or none); if repeated, all must match
    --type T          Only slots of this type; if repeated, any of them
    --issuer-is NAME  Only what this issuer signed
    --state S         Only what is in this state: active, foreign
    --expiring WHEN   Only what expires within a time (30d), up to a day
                      (<date>), in a month (2027-03) or in a year (2027)
    --limit N         Renew at most this many
    --from FILE       More names from this file (- for standard input), one on
                      each line; # begins a comment
    --due             Renew what policy says is due; print nothing if nothing is
                      (for cron)
    --reason R        Why [manual]; compromise revokes the old certificate and
                      destroys its key: policy, migration, rotation, compromise,
                      manual, audit
    --comment TEXT    Note for the history
    --issuer NAME     Move the slots to this issuer (--issuer-is selects by the
                      one that signed)
    --force           Overwrite what a unit holds even if it is not recorded
    --no-revoke       Do not revoke what is replaced, even if policy says so
                      (revoke_superseded)
    --yes             Do not ask for confirmation
    --chain-only      Keep key and certificate; install the issuer's chain and the
                      roots to trust
    -n, --dry-run     Show what would be done, and why; change nothing
    --jobs N          Number of units to work on at the same time
    --deadline TIME   How long to wait for a unit that does not answer [5m]
  
  Options of all commands (--home, --output, ...): rekey --help
  $ rk help certs renew >one; rk certs renew --help | diff one -; rk certs renew -h | diff one -
  $ rk certs --help
  Manage certificates: list, generate, renew, verify
  
    rekey certs list
    rekey certs show pump-1/online
    # for all of its empty slots
    rekey certs generate pump-1
    # one slot
    rekey certs renew pump-1/online --reason audit
  
  Usage: rekey certs COMMAND ...
  
  Commands:
    list      List certificates: number, issue date, expiration date
    show      Show one certificate
    generate  Make the first certificates of empty slots
    renew     Replace certificates with new ones that have new keys
    revoke    Revoke certificates; their issuers' next lists (CRL) name them
    verify    Compare what units hold with what is recorded
    check     Print one line for monitoring; exit with 0 to 3, as plugins do
    timeline  Draw when certificates expire
    history   List the certificates that slots had: number, time, reason, person
    export    Write certificates to standard output
  
  More: rekey certs COMMAND --help, man rekey-certs
  $ rk help certs | diff <("$REKEY_BINARY" certs --help) -; rk --help | diff <("$REKEY_BINARY" help) -
  $ rk help certs rnew
  ! rekey: there is no command 'rekey certs rnew'
  !   did you mean: rekey certs renew
  [2]
  $ rk help nothing
  ! rekey: there is no command 'rekey nothing'
  !   see: rekey --help
  [2]
  $ rk --help
  Renews the certificates of units and rotates the API credentials of tenants
  
    # make a home with a local CA, and add a unit
    rekey init --organization Example
    rekey units add pump-1 dir:/srv/units/pump-1 --type online
    # make its first certificates, and list all
    rekey certs generate pump-1
    rekey certs list
    # renew what policy says is due (for cron)
    rekey certs renew --due
  
  Usage: rekey COMMAND ... or rekey NOUN COMMAND ...
  
  Nouns:
    units       Manage units: the machines that hold certificates
    certs       Manage certificates: list, generate, renew, verify
    issuers     Manage certificate authorities
    policy      Manage the rules for certificates: edit, load, explain, check
    credential  Manage API credentials of tenants: rotate, verify, roll back
    tenants     Manage tenants: organisations at an API provider, with devices
    seal        Manage the key that encrypts the secrets of the home
    runs        Show what each renewal run did
    audit       Show, check and export the audit trail
    notify      Test how people are notified of what unattended commands find
  
  Commands:
    init     Make a home, with a local CA
    status   Show on one screen what needs attention, worst first
    doctor   Check the home, and name the remedy of each finding
    backup   Write the whole home into one encrypted file
    restore  Make a new home from a backup
    metrics  Print the state of the home as Prometheus metrics
    report   Write a report on the state of the home: one page for people, or data
    agent    Serve folders of this machine to rekey on another machine
    help     Help for a command: rekey help certs renew
  
  Options of all commands:
    --home DIR                   Folder of the home [$REKEY_HOME, else
                                 $XDG_DATA_HOME/rekey]
    --home-passphrase-file FILE  File whose first line is the home's passphrase
                                 [asked for, or passed by systemd]
    --config FILE                Configuration file
                                 [$XDG_CONFIG_HOME/rekey/config.toml]
    --output FORMAT              Format of what is printed: table, json, jsonl,
                                 csv
    --json                       The same as --output json
    --log-format FORMAT          Format of messages on stderr: text, json
    --color WHEN                 Colour rows of tables by how urgent they are
                                 [auto: on a terminal, unless $NO_COLOR is set]:
                                 auto, always, never
    --wide                       Show whole certificate numbers and all columns in
                                 tables
    -q, --quiet                  Print only what went wrong
    -v, --verbose                Print more about what is done
    --no-input                   Never ask a question
    -h, --help                   Print help: for everything, a noun or a command
    --version                    Print the version
  
  Exit status:
    0    Done, or there was nothing to do.
    1    Nothing was done; what was in use still is.
    2    A wrong option, argument or configuration, or a name that is not there.
    3    Partly done: some items failed, the rest are done.
    4    No failure, but something is deferred for a unit or a provider that did
         not answer.
    5    Live runs hold everything that was requested, or another process works on
         the same rotation.
    6    Refused by a guard or a policy, or a check found something.
    130  Interrupted; what was done is recorded.
  
  More: rekey NOUN --help, rekey help NOUN COMMAND, man rekey
  $ rk --version
  rekey 0.1.0

No home yet; the way to make one is that of the home that was named:

  $ said certs list
  ! rekey: there is no home at $T/home
  !   make one: rekey init
  $ said --home elsewhere certs list
  ! rekey: there is no home at elsewhere
  !   make one: rekey --home elsewhere init

The right words in the wrong order, and slips; the line that was meant can be pasted:

  $ said list certs
  ! rekey: there is no command 'rekey list'
  !   did you mean: rekey certs list
  $ said certs u1 list
  ! rekey: there is no command 'rekey certs u1'
  !   did you mean: rekey certs list u1
  $ said cert list
  ! rekey: there is no command 'rekey cert'
  !   did you mean: rekey certs list
  $ said lst certs u1 --due 90d
  ! rekey: there is no command 'rekey lst'
  !   did you mean: rekey certs list u1 --due 90d
  $ said --home here list units
  ! rekey: there is no command 'rekey list'
  !   did you mean: rekey --home here units list
  $ said renew
  ! rekey: there is no command 'rekey renew'
  !   did you mean one of: rekey certs renew, rekey issuers renew
  $ said list
  ! rekey: there is no command 'rekey list'
  !   did you mean: rekey NOUN list
  !   NOUN is one of: units, certs, issuers, credential, tenants, runs, audit
  $ said ls
  ! rekey: there is no command 'rekey ls'
  !   did you mean: rekey NOUN list
  !   NOUN is one of: units, certs, issuers, credential, tenants, runs, audit
  $ said status pump-1
  ! rekey: 'pump-1' is more than 'rekey status' takes: it is about the whole home
  !   for one unit: rekey certs list pump-1, or rekey units show pump-1
  $ said certs renew --due --site north
  ! rekey: there is no option '--site' of 'rekey certs renew'
  !   see: rekey certs renew --help
  $ said audit export --out 'my trail.jsonl'
  ! rekey: 'rekey audit export' writes to standard output, and has no option '--out'
  !   did you mean: rekey audit export >'my trail.jsonl'
  $ said audit export --out=trail.jsonl --json
  ! rekey: 'rekey audit export' writes to standard output, and has no option '--out'
  !   did you mean: rekey audit export --json >trail.jsonl
  $ said certs remove u1/online
  ! rekey: there is no command 'rekey certs remove'
  !   did you mean: rekey units remove
  $ said certs verify u1 --json=yes
  ! rekey: --json takes no value
  !   as in: rekey certs verify [UNIT|SLOT ...] [OPTION ...]
  !   see: rekey certs verify --help
  $ said credental rotate 'two words' --key a.pem
  ! rekey: there is no command 'rekey credental'
  !   did you mean: rekey credential rotate 'two words' --key a.pem
  $ said tenant
  ! rekey: there is no command 'rekey tenant'
  !   did you mean: rekey tenants
  $ said certs frobnicate
  ! rekey: there is no command 'rekey certs frobnicate'
  !   its commands: list, show, generate, renew, revoke, verify, check, timeline, history, export
  !   see: rekey certs --help
  $ said frobnicate
  ! rekey: there is no command 'rekey frobnicate'
  !   see: rekey --help
  $ said int
  ! rekey: there is no command 'rekey int'
  !   did you mean: rekey init
  $ said cred list
  ! rekey: there is no command 'rekey cred'
  !   did you mean: rekey credential list

Options: slips, in the wrong place, without their value:

  $ said certs renew --du
  ! rekey: there is no option '--du' of 'rekey certs renew'
  !   did you mean: rekey certs renew --due
  $ said certs renew u1 --reson=audit
  ! rekey: there is no option '--reson' of 'rekey certs renew'
  !   did you mean: rekey certs renew u1 --reason=audit
  $ said --due certs renew
  ! rekey: '--due' must come after its command
  !   did you mean: rekey certs renew --due
  $ said --jobs 4 certs renew --due
  ! rekey: '--jobs' must come after its command
  !   did you mean: rekey certs renew --due --jobs 4
  $ said certs renew --frobnicate
  ! rekey: there is no option '--frobnicate' of 'rekey certs renew'
  !   see: rekey certs renew --help
  $ said certs renew --reason
  ! rekey: --reason needs a value: --reason R
  !   Why [manual]; compromise revokes the old certificate and destroys its key: policy, migration, rotation, compromise, manual, audit
  !   see: rekey certs renew --help
  $ said certs renew u1 --reason audi
  ! rekey: --reason: 'audi' is none of policy, migration, rotation, compromise, manual, audit
  !   did you mean: --reason audit
  $ said certs list --output jso
  ! rekey: --output: 'jso' is none of table, json, jsonl, csv
  !   did you mean: --output json
  $ said certs renew u1 --jobs many
  ! rekey: --jobs: 'many' is not a whole number from 1 to 1024
  $ said --hme here certs list
  ! rekey: there is no option '--hme' of 'rekey certs list'
  !   did you mean: rekey --home here certs list
  $ said certs renew "$(printf -- '--x\033[31m')"
  ! rekey: there is no option '--x\x1B[31m' of 'rekey certs renew'
  !   see: rekey certs renew --help

Too little and too much:

  $ said units add
  ! rekey: NAME and ADDRESS are missing
  !   as in: rekey units add pump-1 dir:/srv/units/pump-1 --type online --type iam
  !   see: rekey units add --help
  $ said units adopt u1 web
  ! rekey: --cert and --key are missing
  !   as in: rekey units adopt web online --cert /etc/ssl/web.pem --key /etc/ssl/web.key
  $ said units show u1 u2
  ! rekey: 'u2' is more than 'rekey units show' takes
  !   as in: rekey units show NAME
  !   see: rekey units show --help
  $ said runs show
  ! rekey: ID is missing
  !   as in: rekey runs show 7
  !   see: rekey runs show --help

Names that are not there, and the one that was meant:

  $ rk -q init; mkdir u; rk -q units add pump-1 dir:u --type online; rk -q certs generate pump-1 >/dev/null
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
  $ rk -q credential add acme --client-id C1 --key-id k --key key.pem --offline
  $ said units show pmp-1
  ! rekey: there is no unit 'pmp-1'
  !   did you mean 'pump-1'? see: rekey units list
  $ said certs renew pump-1/onlin
  ! rekey: unit 'pump-1' has no slot 'onlin'
  !   did you mean 'pump-1/online'? see: rekey units show pump-1
  $ said certs show pump-2/online
  ! rekey: there is no unit 'pump-2'
  !   did you mean 'pump-1'? see: rekey units list
  $ said certs list --type onlin
  ! rekey: no unit has a slot of type 'onlin'
  !   did you mean 'online'? see: rekey certs list
  $ said credential show acm
  ! rekey: there is no credential 'acm'
  !   did you mean 'acme'? see: rekey credential list
  $ said tenants show acmee
  ! rekey: there is no tenant 'acmee'
  !   did you mean 'acme'? see: rekey tenants list
  $ said issuers show locl
  ! rekey: there is no issuer 'locl'
  !   did you mean 'local'? the issuers are: local
  $ said certs renew pump-1 --issuer lokal
  ! rekey: there is no issuer 'lokal'
  !   did you mean 'local'? the issuers are: local
  $ said units show nowhere
  ! rekey: there is no unit 'nowhere'
  !   see: rekey units list

Files that are not there:

  $ said credential add b --client-id C2 --key-id k --key missing.pem --offline
  ! rekey: the key cannot be read from missing.pem: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  $ said units adopt pump-1 web --cert missing.pem --key key.pem
  ! rekey: there is no file 'missing.pem'
  !   is the path right?
  $ said issuers add x --cert missing.pem --key key.pem
  ! rekey: missing.pem: there is no file missing.pem
  !   is the path right?
  $ said --config missing.toml certs renew pump-1
  ! rekey: configuration file 'missing.toml' is not there
  !   is the path right? without --config the user's own is read, if there is one
  $ said credential import missing.plist --as-new
  ! rekey: there is no file missing.plist
  !   is the path right?
  $ said credential pack --csv missing.csv --out new.plist
  ! rekey: missing.csv cannot be read: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  $ said tenants import acme --devices missing.csv
  ! rekey: missing.csv cannot be read: No such file or directory
  !   name a file that is there and that you may read, or - for standard input

Whoever reads what is printed may go away; nothing is said of it, and a run goes on to its end:

  $ quietly() { "$REKEY_BINARY" "$@" | true; echo "${PIPESTATUS[0]}"; }
  $ quietly help
  0
  $ quietly certs list
  0
  $ quietly certs export pump-1/online
  0
  $ quietly certs renew pump-1 --output jsonl 2>&1 | sed 's/^run [0-9]*/run N/'
  run N: 1 renewed
  0
  $ rk certs list --history --output csv | wc -l
  3

What cannot be undone asks for the name again, of somebody who is there:

  $ rk tenants remove acme
  ! rekey: all data of tenant 'acme' would be gone
  !   to confirm it, add --yes
  [6]
  $ rk tenants remove acme --confirm acm
  ! rekey: --confirm 'acm' is not 'acme'
  !   to confirm it, add --yes
  [2]
  $ "$TESTDIR/press.py" "read:type 'acme'" 'type:acm' -- tenants remove acme
  warning: all data of tenant 'acme' would be gone
  To confirm, type 'acme': acm
  rekey: not confirmed
    nothing was changed
  [2]
  $ "$TESTDIR/press.py" "read:type 'acme'" press:C -- tenants remove acme
  warning: all data of tenant 'acme' would be gone
  To confirm, type 'acme': ^C
  rekey: interrupted before the answer
  [130]
  $ "$TESTDIR/press.py" "read:type 'acme'" press:D -- tenants remove acme
  warning: all data of tenant 'acme' would be gone
  To confirm, type 'acme': 
  rekey: there was no answer
    to confirm it, add --yes
  [6]
  $ rk -q tenants list --output csv | wc -l
  2
  $ "$TESTDIR/press.py" "read:type 'acme'" 'type:acme' -- tenants remove acme
  warning: all data of tenant 'acme' would be gone
  To confirm, type 'acme': acme
  acme: removed with all of its data
  [0]
  $ rk tenants list

Asked for on a terminal, Ctrl-C answers at once, also while nobody answers on the network:

  $ "$TESTDIR/press.py" 'read:Client ID' press:C -- credential add new
  Client ID: ^C
  rekey: interrupted before the answer
  [130]
  $ "$TESTDIR/press.py" 'read:Client ID' press:D -- credential add new 2>&1 | tail -1
  [6]
  $ "$TESTDIR/silent.py" port connected &
  $ while ! [ -s port ]; do :; done
  $ url=http://127.0.0.1:$(cat port)
  $ "$TESTDIR/press.py" await:connected press:C -- credential add new --client-id C3 --key-id k --key key.pem \
  >     --scope s --token-url $url/t --audience a --api-url $url
  ^C[signal 2]
  $ rk -q credential add late --client-id C4 --key-id k --key key.pem --offline \
  >     --scope s --token-url $url/t --audience a --api-url $url
  $ rm connected; "$TESTDIR/press.py" await:connected press:C -- tenants sync late
  ^Crekey: interrupted before the provider answered
    the same command continues
  [130]
  $ kill %1
