A home that moves: its backup is whole, then it is retired, and it says where it went.

  $ . "$TESTDIR/setup.sh"
  $ echo 'correct horse' >pass
  $ mkdir u1; rk -q init --organization Acme; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ rk backup --out moved --passphrase-file pass --comment why
  ! rekey: --comment is for --retire
  !   leave it out
  [2]
  $ rk backup --out moved --passphrase-file pass --retire
  ! rekey: $T/home would take no change any more, and go on only where moved is restored
  !   to confirm it, add --yes
  [6]
  $ ls -A | grep -e moved -e retiring
  [1]
  $ rk backup --out moved --passphrase-file pass --retire --yes --comment 'to the new server'
  ! $T/home is backed up in moved
  ! $T/home is retired: it takes no change any more, and goes on as moved
  !   to go on elsewhere: rekey --home NEW restore FILE; to take this one back into use: rekey doctor --unretire
  $ ls -A | grep -e moved -e retiring
  moved

It refuses every change, and can be looked at.

  $ sha256sum u1/online/current/cert.pem >cert
  $ rk certs renew u1
  ! rekey: this home was retired on <time> by <actor>, and went to $T/moved (to the new server)
  !   use the home that was restored from there; to take this one back into use: rekey doctor --unretire
  [6]
  $ rk -q backup --out second --passphrase-file pass; ls second
  ! rekey: this home was retired on <time> by <actor>, and went to $T/moved (to the new server)
  !   use the home that was restored from there; to take this one back into use: rekey doctor --unretire
  ls: cannot access 'second': No such file or directory
  [2]
  $ sha256sum -c --quiet cert
  $ rk certs list --output csv | wc -l
  3
  $ rk -q audit list --json | jq -r '.entries[-1].action'
  home.retire

Only what it keeps is judged: what else is wrong with it could not be mended here.

  $ mv u1/online u1/kept; rk doctor
  ! this home was retired on <time> by <actor>, and went to $T/moved (to the new server)
  !   its units and tenants are looked after by the home that was restored from there; only what is kept here is judged
  ! what the retired home keeps is sound
  $ rk status
  RETIRED: this home was retired on <time> by <actor>, and went to $T/moved (to the new server).
  
  Go on  in the home that was restored from there
  Way back  rekey doctor --unretire
  Fleet then  1 unit, 1 slot
  $ rk status --json | jq -c '[.state, .concerns, .findings, .retired.file]'
  ["retired",[],[],"$T/moved"]
  $ mv u1/kept u1/online
  $ chmod 640 home/rekey.db; rk -q doctor --output csv | cut -d, -f1,4 | tr -d '\r'; chmod 600 home/rekey.db
  about,repairable
  permissions,true

The same command again finds it done, or gives the backup its name.

  $ mv moved ".moved.retiring-$(sqlite3 home/rekey.db "SELECT json_extract(value, '$.backup') FROM settings WHERE name = 'retired'")"
  $ rk -q backup --out moved --passphrase-file pass --retire --yes; ls -A | grep -e moved -e retiring
  moved

What is restored is not retired; nobody is asked, as no second home looks after the fleet.

  $ rk --home new restore moved --passphrase-file pass
  ! new is as it was on <time>
  ! the home it came from is retired since <time>: this one takes over from it
  !   check that the units are reached from here: rekey doctor --all-units
  ! What was done since in that home, or in another one restored from this backup,
  ! is not known to it: certificates issued since are on their units only, revocations
  ! since on published lists only, and credentials that were rotated or destroyed since have come back.
  ! Look what differs: rekey doctor
  ! To take what a unit holds: rekey units check UNIT --adopt
  $ rk -q --home new restore moved --passphrase-file pass --json | jq -c '[.already, .retires]'
  [true,true]
  $ rk -q --home new certs renew u1 >/dev/null && rk --home new doctor
  ! the home is sound

The way back of the retired home:

  $ rk -q doctor --unretire
  ! rekey: this home moved to $T/moved; if it was restored from there, two homes would manage one fleet:
  ! each would renew the same units, and take what the other one made for foreign
  !   to confirm it, add --yes
  [6]
  $ rk -q doctor --unretire --yes >/dev/null
  [6]
  $ rk -q units set u1 --label site=north && rk -q audit list --json | jq -r '.entries[-2:][].action'
  home.unretire
  unit.set
  $ rk doctor --unretire --yes
  ! rekey: $T/home was not retired
  !   it can be used as it is
  [6]

A home that was not retired may go on, so that a restore asks first, and makes nothing before.

  $ rk -q backup --out kept --passphrase-file pass
  $ rk --home other restore kept --passphrase-file pass
  ! rekey: the home that this backup was made of was not retired; if it is still used, two homes manage one fleet:
  ! each renews the same units, and takes what the other one made for foreign
  !   to confirm it, add --yes
  [6]
  $ "$TESTDIR/press.py" "read:type 'yes'" 'type:no' -- --home other restore kept --passphrase-file pass | scrub
  warning: the home that this backup was made of was not retired; if it is still used, two homes manage one fleet:
  each renews the same units, and takes what the other one made for foreign
  To confirm, type 'yes': no
  rekey: not confirmed
    nothing was changed
  [2]
  $ ls -Ad other .other*
  ls: cannot access 'other': No such file or directory
  ls: cannot access '.other*': No such file or directory
  [2]
  $ rk -q --home other restore kept --passphrase-file pass --yes
