The doctor looks at a whole home, names the remedy of what it finds, and mends what needs no decision.

  $ . "$TESTDIR/setup.sh"
  $ umask 022
  $ mkdir u1; rk -q init; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ rk doctor
  ! the home is sound
  $ rk doctor --json
  {"findings":[]}
  ! the home is sound
  $ rk doctor --repair --json
  {"repaired":[],"findings":[]}
  ! the home is sound
  $ rk --home nowhere doctor
  ! rekey: there is no home at nowhere
  !   make one: rekey init
  [1]
  $ mode() { stat -c '%a %n' "$@"; }

Modes that are too wide are closed, and that is on the record.

  $ chmod 755 home; chmod 644 home/rekey.db; chmod 640 home/seal.key
  $ rk doctor
  ABOUT  FINDING  REMEDY
  permissions  home has mode 755  chmod go= $T/home
  permissions  rekey.db has mode 644  chmod go= $T/home/rekey.db
  permissions  seal.key has mode 640  chmod go= $T/home/seal.key
  seal  $T/home/seal.key can be read by others  chmod 600 $T/home/seal.key
  [6]
  $ rk doctor --repair
  ! repaired: $T/home has mode 700 now, not 755
  ! repaired: $T/home/rekey.db has mode 600 now, not 644
  ! repaired: $T/home/seal.key has mode 600 now, not 640
  ! the home is sound
  $ mode home home/*
  700 home
  600 home/rekey.db
  600 home/rekey.db-shm
  600 home/rekey.db-wal
  700 home/runs
  600 home/seal.key
  $ rk audit list | grep repair
    6  <time>  <actor>  home.repair  home  {"modes":["$T/home","$T/home/rekey.db","$T/home/rekey.db-wal","$T/home/seal.key"]}

What the owner itself cannot use, and what has other names, is for people to decide.

  $ chmod 400 home/rekey.db; ln home/seal.key other.key
  $ rk doctor
  ABOUT  FINDING  REMEDY
  permissions  $T/home/rekey.db has mode 400, so that its owner cannot use it  chmod u+rw $T/home/rekey.db
  permissions  $T/home/seal.key has 2 names (hard links)  find the others: find / -xdev -samefile $T/home/seal.key
  [6]
  $ rk doctor --repair -q
  ABOUT  FINDING  REMEDY
  permissions  $T/home/rekey.db has mode 400, so that its owner cannot use it  chmod u+rw $T/home/rekey.db
  permissions  $T/home/seal.key has 2 names (hard links)  find the others: find / -xdev -samefile $T/home/seal.key
  [6]
  $ chmod u+rw home/rekey.db; rm other.key; rk doctor
  ABOUT  FINDING  REMEDY
  permissions  $T/home/rekey.db-shm has mode 400, so that its owner cannot use it  chmod u+rw $T/home/rekey.db-shm
  permissions  $T/home/rekey.db-wal has mode 400, so that its owner cannot use it  chmod u+rw $T/home/rekey.db-wal
  [6]

A link where a file should be:

  $ mv home/seal.key elsewhere.key; ln -s ../elsewhere.key home/seal.key
  $ rk doctor
  ABOUT  FINDING  REMEDY
  permissions  $T/home/rekey.db-shm has mode 400, so that its owner cannot use it  chmod u+rw $T/home/rekey.db-shm
  permissions  $T/home/seal.key is a symbolic link, where a file is expected  put what it stands for in its place, or restore a backup: rekey --home NEW restore FILE
  seal  $T/home/seal.key is a symbolic link, where a file is expected  restore a backup into a new home: rekey --home NEW restore FILE
  [6]
  $ rm home/seal.key; mv elsewhere.key home/seal.key

What interrupted commands left:

  $ echo half >home/.seal.key.new; echo half >home/rekey.db.bak-2.new; echo copy >home/rekey.db.backup; touch home/runs/1
  $ mkdir .home.restoring; cp home/seal.key .home.restoring
  $ cp home/seal.key first.key; printf 'rekey-seal-key-1 0123456789ABCDEF %064d\n' 0 >home/seal.key.next; chmod 600 home/.s* home/seal* home/rekey* home/runs/1
  $ rk doctor
  ABOUT  FINDING  REMEDY
  leftovers  $T/home/.seal.key.new was left by an interrupted command  rekey doctor --repair
  leftovers  $T/home/rekey.db.backup was left by an interrupted command  rekey doctor --repair
  leftovers  $T/home/rekey.db.bak-2.new was left by an interrupted command  rekey doctor --repair
  leftovers  $T/.home.restoring was left by an interrupted command  rekey doctor --repair
  leftovers  runs/ has locks of runs that have ended: 1  rekey doctor --repair
  seal  a change of the seal was interrupted, and the old key is not destroyed yet  rekey doctor --repair
  [6]
  $ rk doctor --repair
  ! repaired: $T/home/.seal.key.new is removed
  ! repaired: $T/home/rekey.db.backup is removed
  ! repaired: $T/home/rekey.db.bak-2.new is removed
  ! repaired: $T/.home.restoring is removed
  ! repaired: the change of the seal is finished
  ! the home is sound
  $ ls -A home .home.restoring
  ls: cannot access '.home.restoring': No such file or directory
  home:
  rekey.db
  rekey.db-shm
  rekey.db-wal
  runs
  seal.key
  [2]
  $ cmp first.key home/seal.key

A run that was killed, after the certificate was installed and before it was confirmed:

  $ rk -q units set u1 --reload 'kill -9 $PPID'
  $ rk certs renew u1 >/dev/null 2>&1
  [137]
  $ rk doctor
  ABOUT  FINDING                                                                                               REMEDY
  runs   run 2 was interrupted with 1 item open                                                                finish its work: rekey certs renew --due
  units  u1/online holds certificate <3>, which no run has confirmed yet  finish what was begun: rekey certs renew --due
  [6]
  $ rk doctor --repair -q
  ABOUT  FINDING                                                                                               REMEDY
  runs   run 2 was interrupted with 1 item open                                                                finish its work: rekey certs renew --due
  units  u1/online holds certificate <3>, which no run has confirmed yet  finish what was begun: rekey certs renew --due
  [6]
  $ rk -q units set u1 --reload ''
  $ rk -q certs renew --due >/dev/null; rk doctor; ls home/runs
  ! the home is sound

A unit that holds something else, is empty, or is away:

  $ cp -a u1 before
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout u1/online/current/key.pem -out u1/online/current/cert.pem -set_serial 0x7000000000000000000000000000000000001001 -subj /CN=strange -days 9 2>/dev/null
  $ cp u1/online/current/cert.pem u1/online/current/fullchain.pem; : >u1/online/current/chain.pem
  $ rk doctor
  ABOUT  FINDING                                                                                                                                                            REMEDY
  units  u1/online holds certificate <4> of 'CN=strange', which is not recorded; recorded is <3>  take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  [6]
  $ rm -rf u1; mkdir u1; rk doctor
  ABOUT  FINDING                                                                               REMEDY
  units  u1/online is empty; recorded is certificate <3>  make a new one: rekey certs renew u1/online
  [6]
  $ rm -rf u1; touch u1; rk doctor
  ABOUT  FINDING  REMEDY
  units  u1: cannot open $T/u1: Not a directory  mend it, or its address: rekey units set u1 --address ADDRESS
  [6]
  $ rm -rf u1; rk doctor
  ! not compared: u1: cannot open $T/u1: No such file or directory
  ! the home is sound
  $ mv before u1; rk doctor
  ! the home is sound

The clock, and the configuration:

  $ at -1h rk doctor
  ABOUT  FINDING                                                                               REMEDY
  clock  the clock says <time>, before the last time seen, <time>  set the clock right, or, if it is: rekey doctor --accept-clock
  [6]
  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; echo 'jobs = "many"' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk doctor
  ABOUT  FINDING  REMEDY
  config  $T/user/.config/rekey/config.toml:1:8: jobs must be an integer, not a string  mend it; see: man rekey.toml
  [6]
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"

A rotation that is not confirmed; a prior key that was kept long enough; a sealed value that was changed.

  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 1.pem; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 2.pem
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key 1.pem --offline
  $ rk -q credential rotate acme --client-id BUSINESSAPI.2 --key-id key-2 --key 2.pem --offline
  $ rk doctor
  ABOUT      FINDING                                                               REMEDY
  rotations  the new credential of tenant 'acme' is in use, and not confirmed yet  rekey credential confirm acme
  [6]
  $ sqlite3 home/rekey.db "UPDATE rotations SET state = 'confirmed', confirmed_at = cut_over_at - 100000"
  $ rk doctor
  ABOUT      FINDING                                                                    REMEDY
  rotations  the prior key of tenant 'acme' was kept long enough, and is not destroyed  rekey credential confirm --due
  [6]

It is not for a repair to destroy it: the provider is asked first.

  $ rk doctor --repair
  ABOUT      FINDING                                                                    REMEDY
  rotations  the prior key of tenant 'acme' was kept long enough, and is not destroyed  rekey credential confirm --due
  [6]
  $ sqlite3 home/rekey.db "SELECT count(*) FROM credential_keys"
  2
  $ sqlite3 home/rekey.db "DELETE FROM credential_keys WHERE credential_id = 1; UPDATE credentials SET state = 'retired' WHERE id = 1; UPDATE rotations SET prior_destroyed_at = confirmed_at"
  $ sqlite3 home/rekey.db "SELECT client_id, state, (SELECT count(*) FROM credential_keys WHERE credential_id = c.id) FROM credentials c"
  BUSINESSAPI.1|retired|0
  BUSINESSAPI.2|active|1
  $ cp -a home whole
  $ sqlite3 home/rekey.db "UPDATE credential_keys SET sealed = CAST(substr(sealed, 1, 40) || x'00' || substr(sealed, 42) AS BLOB)"
  $ rk doctor
  ABOUT  FINDING                                     REMEDY
  seal   the key of credential 'acme' does not open  restore a backup into a new home: rekey --home NEW restore FILE
  [6]
  $ sqlite3 home/rekey.db "UPDATE credential_keys SET sealed = CAST(substr(sealed, 1, 1) || x'0123456789ABCDEF' || substr(sealed, 10) AS BLOB)"
  $ rk doctor | sed 's/than [0-9A-F]*/than <key>/' 
  ABOUT  FINDING                                                REMEDY
  seal   1 value sealed with another key than <key>  restore a backup into a new home: rekey --home NEW restore FILE

A store that refers to nothing, whose trail was changed, or that is damaged:

  $ rm -rf home; cp -a whole home
  $ sqlite3 home/rekey.db "PRAGMA foreign_keys = OFF; DELETE FROM certificate_leaves; UPDATE items SET slot_id = 77; UPDATE audit SET actor = 'nobody' WHERE seq = 2"
  $ rk doctor
  ABOUT  FINDING                                                             REMEDY
  store  row 1 of items refers to a missing row of slots                     restore a backup into a new home: rekey --home NEW restore FILE
  store  row 2 of items refers to a missing row of slots                     restore a backup into a new home: rekey --home NEW restore FILE
  store  row 3 of items refers to a missing row of slots                     restore a backup into a new home: rekey --home NEW restore FILE
  audit  entry 2 does not fit its hash, or not the entry before it           find out who changed the store, and compare with a backup
  units  u1/online the chain behind the certificate is not the recorded one  make a new one: rekey certs renew u1/online
  [6]
  $ rm -rf home; cp -a whole home; head -c 4096 /dev/urandom | dd of=home/rekey.db conv=notrunc status=none
  $ rk doctor; rk doctor --repair -q >/dev/null
  ABOUT  FINDING  REMEDY
  store  $T/home/rekey.db is not a database of rekey  name another home; if this was one, restore it from a backup
  [6]
  $ rm -rf home; cp -a whole home; rm home/rekey.db
  $ rk doctor
  ABOUT  FINDING              REMEDY
  store  rekey.db is missing  restore a backup into a new home: rekey --home NEW restore FILE
  [6]
  $ rm -rf home; cp -a whole home; rm home/seal.key
  $ rk doctor
  ABOUT  FINDING  REMEDY
  seal  $T/home/seal.key is missing  put it back from a backup; without it nothing sealed can be opened
  [6]

A home that is under a passphrase:

  $ rm -rf home; cp -a whole home; echo secret >pass
  $ rk -q seal change --passphrase --new-passphrase-file pass
  $ rk doctor
  ABOUT  FINDING                                                    REMEDY
  seal   Passphrase of the home is needed, and nobody can be asked  say where it is: --home-passphrase-file FILE
  [6]
  $ rk doctor --home-passphrase-file pass
  ! the home is sound
