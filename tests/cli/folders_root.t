Units that are folders, where root and another user meet. Needs root.

  $ [ "$(id -u)" = 0 ] || exit 80
  $ . "$TESTDIR/setup.sh"
  $ chmod 755 . ..
  $ mkdir ops; chown 65534:65534 ops; export REKEY_HOME=$T/ops/home
  $ as() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
  $ user() { as "$REKEY_BINARY" "$@" >out 2>&1; local code=$?; scrub <out; return $code; }
  $ as true && [ -x "$REKEY_BINARY" ] && as test -x "$REKEY_BINARY" || exit 80
  $ user -q init; as mkdir -p ops/units/gate ops/units/mq
  $ for unit in gate mq; do user -q units add $unit dir:ops/units/$unit --type online; user -q certs generate $unit; done

What root renews in a user's unit is that user's, who goes on with it.

  $ rk -q certs renew gate; rk -q certs renew gate
  $ find ops -user root
  $ user -q certs renew gate; user -q certs renew gate; user doctor
  the home is sound

What was left behind by root is named with its command, and mended by root.

  $ chown 0:0 ops/units/gate/online/gen/000004 ops/units/gate/online/gen/000004/cert.pem ops/home/seal.key
  $ (umask 077; : >ops/home/runs/left)
  $ rk doctor | grep -o 'chown .*' | sed 's/  *$//'
  chown 65534:65534 $T/ops/home/seal.key
  chown 65534:65534 $T/ops/home/runs/left
  chown 65534:65534 $T/ops/units/gate/online/gen/000004 $T/ops/units/gate/online/gen/000004/cert.pem
  $ rk doctor --repair
  ! repaired: $T/ops/home/seal.key belongs to whom the home belongs to
  ! repaired: $T/ops/home/runs/left belongs to whom the home belongs to
  ! repaired: $T/ops/units/gate/online/gen/000004 belongs to whom its slot belongs to
  ! repaired: $T/ops/units/gate/online/gen/000004/cert.pem belongs to whom its slot belongs to
  ! the home is sound
  $ find ops -user root; user -q certs renew gate; user doctor
  the home is sound

A group that the user is not in: named beforehand, refused with what is true, and nothing is changed. Root can.

  $ chgrp daemon ops/units/mq/online/current/key.pem; chmod 640 ops/units/mq/online/current/key.pem
  $ find ops/units/mq | sort >before
  $ user doctor | grep -o 'belongs to group 1, and user 65534 is not in it'
  belongs to group 1, and user 65534 is not in it
  $ user certs renew mq | grep -o 'outcome\|refused: .*belongs to group 1, and user 65534 is not in it.*usermod -a -G 1'
  refused: $T/ops/units/mq/online/current/key.pem belongs to group 1, and user 65534 is not in it, so that a new key cannot be given to it; renew it as root, or have root put the user into the group, and log in anew: usermod -a -G 1
  $ find ops/units/mq | sort | cmp - before
  $ rk -q certs renew mq; stat -L -c '%a %u %g' ops/units/mq/online/current/key.pem
  640 65534 1
  $ setpriv --reuid 65534 --regid 65534 --groups 1 "$REKEY_BINARY" -q certs renew mq; stat -L -c '%a %u %g' ops/units/mq/online/current/key.pem
  640 65534 1

A link that another user made in the place of a unit leads nowhere.

  $ mkdir -p srv/a srv/b; chown 12345 srv srv/a; chmod 755 srv
  $ export REKEY_HOME=$T/home; rk -q init; for unit in a b; do rk -q units add $unit dir:srv/$unit --type online; rk -q certs generate $unit; done
  $ setpriv --reuid 12345 --regid 12345 --clear-groups sh -c 'mv srv/a srv/a.was && ln -s b srv/a'
  $ readlink srv/b/online/current; rk certs renew a >out; grep -o 'is a link of user 12345, which leads to a folder of user 0' out; readlink srv/b/online/current
  gen/000001
  is a link of user 12345, which leads to a folder of user 0
  gen/000001
