A reload command is told which slot it runs for, what is in use there now, and why.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init; mkdir w; rk -q units add w dir:w --type online --type main/iam
  $ cat >hook <<'SH'
  > #!/bin/sh
  > env | grep ^REKEY_ | LC_ALL=C sort >>"$T/log"
  > [ "$REKEY_REASON" != manual ]
  > SH
  $ chmod +x hook; rk -q units set w --reload "$T/hook"
  $ told() { scrub <log; rm log; }

The first pair of a slot has no reason and no pair before it. Where the home is, is none of the command's business.

  $ rk -q certs generate w/main/iam; told
  REKEY_FOLDER=$T/w/main/iam/current
  REKEY_NUMBER=<1>
  REKEY_OLD_NUMBER=
  REKEY_REASON=
  REKEY_SLOT=main/iam
  REKEY_UNIT=w

Each slot that is renewed has a reload of its own.

  $ rk -q certs generate w/online; told | grep SLOT
  REKEY_SLOT=online
  $ rk -q certs renew w --reason audit; told
  REKEY_FOLDER=$T/w/online/current
  REKEY_NUMBER=<3>
  REKEY_OLD_NUMBER=<2>
  REKEY_REASON=audit
  REKEY_SLOT=online
  REKEY_UNIT=w
  REKEY_FOLDER=$T/w/main/iam/current
  REKEY_NUMBER=<4>
  REKEY_OLD_NUMBER=<1>
  REKEY_REASON=audit
  REKEY_SLOT=main/iam
  REKEY_UNIT=w

When the command fails, the slot goes back, and the command runs again to take that up.

  $ rk -q certs renew w/main/iam --reason manual >renewed
  [1]
  $ told
  REKEY_FOLDER=$T/w/main/iam/current
  REKEY_NUMBER=<5>
  REKEY_OLD_NUMBER=<4>
  REKEY_REASON=manual
  REKEY_SLOT=main/iam
  REKEY_UNIT=w
  REKEY_FOLDER=$T/w/main/iam/current
  REKEY_NUMBER=<4>
  REKEY_OLD_NUMBER=<5>
  REKEY_REASON=rollback
  REKEY_SLOT=main/iam
  REKEY_UNIT=w
  $ openssl x509 -in w/main/iam/current/cert.pem -noout -serial | scrub
  serial=<4>
