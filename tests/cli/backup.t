A backup holds all of a home, encrypted; a restore makes a new home from it, or nothing.

  $ . "$TESTDIR/setup.sh"
  $ echo 'correct horse' >pass; echo 'wrong horse' >wrong
  $ mkdir u1; rk -q init --organization Acme; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 1.pem
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key 1.pem --offline
  $ plain() { "$@" | sed -E 's/"[0-9A-F]{32}"/"<backup>"/; s/part [0-9]+/part N/'; return "${PIPESTATUS[0]}"; }
  $ content() { for table in units certificates certificate_leaves credentials credential_keys issuers; do sqlite3 "$1/rekey.db" "SELECT * FROM $table"; done; }
  $ content home >before
  $ rk backup --out home.backup
  ! rekey: Passphrase for the backup is needed, and nobody can be asked
  !   say where it is: --passphrase-file FILE
  [2]
  $ umask 000; rk backup --out home.backup --passphrase-file pass; umask 022
  ! $T/home is backed up in home.backup
  $ stat -c %a home.backup; ls -A home; ls -A | grep new
  600
  rekey.db
  runs
  seal.key
  [1]
  $ grep -c -e BUSINESSAPI -e SQLite -e rekey-seal-key -e Acme home.backup
  0
  [1]
  $ head -c 12 home.backup; echo
  rekey-sealed
  $ plain rk audit list | tail -1
    8  <time>  <actor>  home.backup  home  {"backup":"<backup>","file":"home.backup"}

Never over a file, and not into nowhere:

  $ cp home.backup kept; rk backup --out home.backup --passphrase-file pass
  ! rekey: home.backup is there already
  !   name a new file
  [6]
  $ cmp home.backup kept
  $ rk backup --out nowhere/file --passphrase-file pass
  ! rekey: there is no folder nowhere
  !   is the path right?
  [2]
  $ rk --home nohome backup --out other --passphrase-file pass; ls other
  ! rekey: there is no home at nohome
  !   make one: rekey --home nohome init
  ls: cannot access 'other': No such file or directory
  [2]

Restored, it is the same but for its trail, which says where it comes from.

  $ rk --home new restore --yes home.backup --passphrase-file pass
  ! new is as it was on <time>
  ! What happened later is not known to it: certificates issued since are on their units only, revocations
  ! since on published lists only, and credentials that were rotated or destroyed since have come back.
  ! Look what differs: rekey doctor
  ! To take what a unit holds: rekey units check UNIT --adopt
  $ content new | cmp - before && cmp home/seal.key new/seal.key
  $ stat -c '%a %n' new new/rekey.db new/seal.key new/runs; ls -A | grep restoring
  700 new
  600 new/rekey.db
  600 new/seal.key
  700 new/runs
  [1]
  $ rk --home new audit verify >/dev/null && rk --home new doctor
  ! the home is sound
  $ plain rk --home new audit list | tail -1
    9  <time>  <actor>  home.restore  home  {"backup":"<backup>","made_at":"<time>"}
  $ rk --home new certs renew u1 >/dev/null 2>&1 && openssl verify -CAfile u1/online/current/chain.pem u1/online/current/cert.pem
  u1/online/current/cert.pem: OK

The same again is done already; anything else that is there is left alone.

  $ plain rk --home new restore --yes home.backup --passphrase-file pass --json
  {
    "home": "new",
    "backup": "<backup>",
    "made_at": "<time>",
    "already": true,
    "retires": false
  }
  ! new was restored from this backup already
  ! What happened later is not known to it: certificates issued since are on their units only, revocations
  ! since on published lists only, and credentials that were rotated or destroyed since have come back.
  ! Look what differs: rekey doctor
  ! To take what a unit holds: rekey units check UNIT --adopt
  $ rk -q backup --out second --passphrase-file pass
  $ rk --home new restore --yes second --passphrase-file pass
  ! rekey: $T/new is there already, and nothing is restored over it
  !   name a new home: rekey --home DIR restore second
  [6]
  $ mkdir full; touch full/file; rk --home full restore --yes second --passphrase-file pass; ls full
  ! rekey: $T/full is there already, and nothing is restored over it
  !   name a new home: rekey --home DIR restore second
  file
  $ mkdir empty; rk -q --home empty restore --yes second --passphrase-file pass && rk --home empty doctor
  ABOUT  FINDING                                                                                                                                                                                REMEDY
  units  u1/online holds certificate <3> of 'CN=rekey local <ca>,O=Acme', which is not recorded; recorded is <2>  take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  [6]

To the home that it was restored from, a certificate made since is strange:

  $ rm -rf home; rk -q restore --yes home.backup --passphrase-file pass; rk doctor
  ABOUT  FINDING                                                                                                                                                                                REMEDY
  units  u1/online holds certificate <3> of 'CN=rekey local <ca>,O=Acme', which is not recorded; recorded is <2>  take it: rekey units check u1 --adopt; or overwrite it: rekey certs renew u1/online --force
  [6]
  $ rk units check u1 --adopt; rk doctor
  ! u1: online, holds 1 certificate, 1 new here
  ! u1: 1 of them recorded as in use
  ! the home is sound

What is wrong, damaged, cut off, or no backup makes no home.

  $ rk --home x restore --yes home.backup --passphrase-file wrong
  ! rekey: home.backup: this is not the passphrase that the file was sealed under
  !   give the one that was chosen when it was made
  [6]
  $ rk --home x restore --yes home.backup
  ! rekey: home.backup: Passphrase of the backup is needed, and nobody can be asked
  !   say where it is: --passphrase-file FILE
  [2]
  $ rk --home x restore --yes nothing --passphrase-file pass
  ! rekey: nothing cannot be read: No such file or directory
  !   name a backup that rekey made
  [2]
  $ rk --home x restore --yes pass --passphrase-file pass
  ! rekey: pass: this is not a file that rekey sealed under a passphrase
  [1]
  $ head -c -100 home.backup >cut; plain rk --home x restore --yes cut --passphrase-file pass
  ! rekey: cut: this file was damaged or changed: part N of it is not as it was written
  !   copy it again from where it was made, or use another copy
  [1]
  $ cp home.backup bent; printf x | dd of=bent bs=1 seek=70000 conv=notrunc status=none; plain rk --home x restore --yes bent --passphrase-file pass
  ! rekey: bent: this file was damaged or changed: part N of it is not as it was written
  !   copy it again from where it was made, or use another copy
  [1]
  $ cat home.backup <(echo more) >long; plain rk --home x restore --yes long --passphrase-file pass
  ! rekey: long: this file was damaged or changed: part N of it is not as it was written
  !   copy it again from where it was made, or use another copy
  [1]
  $ ls -Ad x .x*
  ls: cannot access 'x': No such file or directory
  ls: cannot access '.x*': No such file or directory
  [2]

What cannot be restored is not backed up.

  $ cp -a home broken; sqlite3 broken/rekey.db "UPDATE audit SET actor = 'nobody' WHERE seq = 2"
  $ rk --home broken backup --out third --passphrase-file pass
  ! rekey: broken is damaged: entry 2 does not fit its hash, or not the entry before it
  !   nothing was written; see: rekey doctor
  [6]
  $ ls third broken
  ls: cannot access 'third': No such file or directory
  broken:
  rekey.db
  runs
  seal.key
  [2]

A home that is under a passphrase needs that too.

  $ echo other >home.pass; rk -q seal change --passphrase --new-passphrase-file home.pass
  $ rk -q backup --out fourth --passphrase-file pass
  $ rk --home y restore --yes fourth --passphrase-file pass
  ! rekey: Passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE
  [2]
  $ rk --home y restore --yes fourth --passphrase-file pass --home-passphrase-file pass
  ! rekey: this is not the passphrase of the home
  !   give the one that it was put under
  [6]
  $ ls -Ad y .y*
  ls: cannot access 'y': No such file or directory
  ls: cannot access '.y*': No such file or directory
  [2]
  $ rk -q --home y restore --yes fourth --passphrase-file pass --home-passphrase-file home.pass && rk --home y seal show | grep -v id
  under passphrase  true
  values            2
  strange           0
