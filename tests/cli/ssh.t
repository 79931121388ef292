Units behind ssh: a real sshd on this machine, with keys made here.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/sshd.sh"
  $ start_sshd
  $ rk -q init
  $ mkdir unit

The whole life of a slot over ssh; openssl is the judge on the far side.

  $ rk units add u1 ssh://far$T/unit --type online --type main/iam --reload "echo \$REKEY_UNIT/\$REKEY_SLOT \$REKEY_REASON \$REKEY_FOLDER >>$T/log"
  ! u1: online, holds 0 certificates
  $ rk units show u1 | grep address
  address  ssh://far$T/unit
  $ rk certs generate u1
  SLOT         OUTCOME    REASON  OLD NUMBER  NEW NUMBER
  u1/online    generated                      <1>
  u1/main/iam  generated                      <2>
  ! run 1: 2 generated
  $ rk certs renew u1 --reason compromise --yes
  SLOT         OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  u1/online    renewed  compromise  <1>  <3>
  u1/main/iam  renewed  compromise  <2>  <4>
  ! run 2: 2 renewed
  ! revoked for keyCompromise: 2 certificates; destroyed on the units: 2 old keys
  ! all software that trusts issuer 'local' must get its list; no list contains it yet: rekey issuers crl local --out FILE
  $ rk units check
  ! u1: online, holds 2 certificates
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk issuers export local >local.pem
  $ for slot in unit/online unit/main/iam; do
  >     openssl verify -CAfile local.pem $slot/current/cert.pem
  >     cmp <(openssl pkey -in $slot/current/key.pem -pubout) <(openssl x509 -in $slot/current/cert.pem -noout -pubkey)
  >     openssl x509 -in $slot/current/cert.pem -noout -serial | scrub
  >     stat -c %a $slot/current/key.pem
  > done
  unit/online/current/cert.pem: OK
  serial=<3>
  600
  unit/main/iam/current/cert.pem: OK
  serial=<4>
  600
  $ sort log | scrub
  u1/main/iam $T/unit/main/iam/current
  u1/main/iam compromise $T/unit/main/iam/current
  u1/online $T/unit/online/current
  u1/online compromise $T/unit/online/current
  $ rk units conformance ssh://far$T/unit --slot trial --output csv | cut -d, -f2 | sort | uniq -c
        1 ! all 43 rules are kept
       43 pass
        1 result
  $ rm -r unit/trial

A slow link takes longer, and that is all.

  $ mkdir slow1 slow2
  $ for u in slow1 slow2; do rk -q units add $u ssh://slow$T/$u --type online; done
  $ rk -q certs generate slow1 >/dev/null && rk -q certs generate slow2 >/dev/null && rk certs renew slow1 slow2 --output csv | cut -d, -f4
  outcome
  renewed
  renewed
  ! run 5: 2 renewed
  $ rk -q certs verify slow1 slow2 && openssl verify -CAfile local.pem slow1/online/current/cert.pem slow2/online/current/cert.pem
  slow1/online/current/cert.pem: OK
  slow2/online/current/cert.pem: OK
  $ rk -q units remove slow1 --yes; rk -q units remove slow2 --yes; rm -r slow1 slow2

Nothing of the unit stood on a command line: one constant command each time.

  $ sort -u arguments | grep -v ' slow '
  -T -a -x -o BatchMode=yes -o ConnectTimeout=15 -- far rekey agent --stdio

Addresses: what could become an option, or something for a shell, is refused; the rest gets its one form.

  $ for address in ssh:far ssh://far ssh:///path ssh://-oProxyCommand=x/path ssh://-l@far/path ssh://a@-b/path 'ssh://a b/path' \
  >     'ssh://a;b/path' 'ssh://$(x)/path' ssh://far:0/path ssh://far:99999/path ssh://far:+1/path ssh://far:/path ssh://[far]/path \
  >     ssh://[::1/path ssh://u@v@far/path ssh://@far/path; do
  >     rk units set u1 --address "$address" | head -n 1
  > done
  ! rekey: 'ssh:far' names no host
  ! rekey: 'ssh://far' names no folder
  ! rekey: '' is not a host
  ! rekey: '-oProxyCommand=x' is not a host
  ! rekey: '-l' is not a user
  ! rekey: '-b' is not a host
  ! rekey: 'a b' is not a host
  ! rekey: 'a;b' is not a host
  ! rekey: '$(x)' is not a host
  ! rekey: '0' is not a port
  ! rekey: '99999' is not a port
  ! rekey: '+1' is not a port
  ! rekey: '' is not a port
  ! rekey: 'far' is not an IPv6 address
  ! rekey: '::1' is not an IPv6 address
  ! rekey: 'v@far' is not a host
  ! rekey: '' is not a user
  $ for address in ssh://far//a/./b/ ssh://me@far:022/ ssh://[::1]:2222/a "ssh://far/with space;'quote'"; do
  >     rk -q units set u1 --address "$address"; rk units show u1 | sed -n 's/^address *//p'
  > done
  ssh://far/a/b
  ssh://me@far:22/
  ssh://[::1]:2222/a
  ssh://far/with space;'quote'
  $ mkdir "with space;'q\$(x)"
  $ rk units conformance "ssh://far$T/with space;'q\$(x)" | tail -n 1
  ! all 43 rules are kept
  $ rk -q units set u1 --address "ssh://far$T/unit"

What keeps us from a unit: each is named, with its remedy, and the unit is taken for offline.

  $ rk units conformance ssh://far$T/nowhere
  ! rekey: ssh to far: cannot open $T/nowhere: No such file or directory
  [4]
  $ rk units conformance ssh://nobody-knows/path | sed 's/ssh: Could.*/.../'
  ! rekey: ssh to nobody-knows: the name of the host is not known: ...
  !   is it spelled right?
  $ rk units conformance ssh://stranger/path
  ! rekey: ssh to stranger: the key of the host is not known: Host key verification failed.
  !   connect once yourself and compare the fingerprint, or add the key to known_hosts
  [4]
  $ rk units conformance ssh://changed/path
  ! rekey: ssh to changed: the host shows another key than the known one: Offending ED25519 key in $T/sshd/known.changed:1
  !   was it reinstalled? ask its operator; then remove the old key: ssh-keygen -R
  [6]
  $ rk units conformance ssh://login/path | sed 's/ [a-z]*@127/ USER@127/'
  ! rekey: ssh to login: the login is refused: USER@127.0.0.1: Permission denied (publickey).
  !   can this user log in without a password? try: ssh -o BatchMode=yes
  $ rk units conformance ssh://closed/path
  ! rekey: ssh to closed: the connection is refused: ssh: connect to host 127.0.0.1 port 1: Connection refused
  !   does sshd run there, on that port?
  [4]
  $ rk units conformance ssh://norekey/path
  ! rekey: ssh to norekey: there is no 'rekey' to run on the other side: /bin/sh: 1: rekey: not found
  !   install it there, where the PATH of a non-interactive shell finds it
  [4]
  $ rk units conformance ssh://old/path
  ! rekey: ssh to old: the rekey on the other side is too old: rekey: there is no command 'rekey agent'
  !   install there the version that is here
  [4]
  $ rk units conformance ssh://newer/path
  ! rekey: ssh to newer speaks version 7 of the protocol, this rekey 1
  !   install versions that fit together on both sides
  [4]
  $ rk units conformance ssh://noisy/path
  RULE   RESULT  SAYS                                      DETAIL
  hello  fail    the helper answers, and speaks version 1  ssh to noisy breaks the protocol: its answer to hello: 'Have a nice day': it is not JSON
  ! 1 of 1 rules are broken
  [6]
  $ REKEY_SSH=/nowhere/ssh rk units conformance ssh://far/path
  ! rekey: there is no program '/nowhere/ssh'
  !   see $REKEY_SSH: a program, without arguments
  [2]

  $ rk units add stranger ssh://stranger/path --type online
  ! warning: stranger is offline: ssh to stranger: the key of the host is not known: Host key verification failed.; offline since <time>; unattended runs do not try it before <time>
  ! stranger: recorded all the same; what it holds is read once it answers
  !   if it is elsewhere: rekey units set stranger --address ADDRESS
  [4]
  $ rk certs generate stranger
  SLOT             OUTCOME   REASON  OLD NUMBER  NEW NUMBER
  stranger/online  deferred
  ! warning: stranger/online deferred: ssh to stranger: the key of the host is not known: Host key verification failed.
  ! run 6: 1 deferred
  [4]
  $ rk units add changed ssh://changed/path --type online
  ! rekey: changed: ssh to changed: the host shows another key than the known one: Offending ED25519 key in $T/sshd/known.changed:1
  !   was it reinstalled? ask its operator; then remove the old key: ssh-keygen -R
  [6]
  $ rk -q units remove stranger --yes

An agent with roots serves nothing outside of them, whoever asks, and runs no other command.

  $ mkdir -p roots/a elsewhere; ln -s ../elsewhere roots/link; ln -s a roots/inside
  $ for path in roots/a roots roots/inside elsewhere roots/../elsewhere roots/link roots/link/../../elsewhere roots2 roots/none; do
  >     rk units conformance ssh://forced$T/$path | tail -n 1; rm -rf roots/conformance roots/a/conformance
  > done
  ! all 43 rules are kept
  ! all 43 rules are kept
  ! all 43 rules are kept
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  ! rekey: ssh to forced: cannot open $T/roots/none: No such file or directory
  $ find elsewhere
  elsewhere
  $ rk -q units add f ssh://forced$T/roots/a --type online; rk -q certs generate f
  $ rk -q units set f --reload "touch $T/made"; rk certs renew f
  SLOT      OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  f/online  refused  manual  <9>
  ! warning: f/online refused: ssh to forced: this agent is not to run 'touch $T/made'; the unit says, to be done there: "see agent_reloads in rekey.toml(5) on that machine, and --reload where the agent is started"; on the way back to the old pair: ssh to forced: this agent is not to run 'touch $T/made'
  ! run 8: 1 refused
  [6]
  $ ls made
  ls: cannot access 'made': No such file or directory
  [2]
  $ rk -q units set f --reload true; rk certs renew f
  SLOT      OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  f/online  renewed  manual  <9>  <10>
  ! run 9: 1 renewed
  $ rk -q units remove f --yes

The configuration on the far side does the same.

  $ echo "agent_roots = ['$T/roots']" >>far/rekey/config.toml
  $ rk units conformance ssh://far$T/elsewhere
  ! rekey: ssh to far: $T/elsewhere is outside of the roots of this agent
  !   the unit says, to be done there: "see agent_roots in rekey.toml(5) on that machine, and --root where the agent is started"
  [6]
  $ rk -q units conformance ssh://far$T/roots/a --slot trial | grep -c ' pass '
  43
  $ rm -r roots/a/trial; echo "agent_reloads = ['exit 7']" >>far/rekey/config.toml
  $ rk -q units conformance ssh://far$T/roots/a --slot trial | grep -c ' pass '
  43
  $ : >far/rekey/config.toml

Several at once: one connection for each unit.

  $ rk -q units set u1 --address dir:$T/unit
  $ for i in $(seq 12); do
  >     mkdir many-$i; rk -q units add many-$i dir:many-$i --type online; rk -q units set many-$i --address ssh://far$T/many-$i
  >     rk -q certs generate many-$i >/dev/null
  > done
  $ rm arguments; rk certs renew --all --jobs 8 | tail -n 1
  ! run 22: 14 renewed
  $ wc -l <arguments
  12
  $ rk certs verify
  ! every slot holds what is recorded
  $ for slot in many-*/online; do openssl verify -CAfile local.pem $slot/current/cert.pem; done | grep -c OK
  12
  $ for i in $(seq 12); do rk -q units remove many-$i --yes; done
  $ rk -q units set u1 --address ssh://far$T/unit

An sshd that stands still makes no one else wait for ever; then it goes on.

  $ mkdir -p "$XDG_CONFIG_HOME/rekey" local; echo 'answer_deadline = "4s"' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk -q units add near dir:local --type online; rk -q certs generate near
  $ stop_sshd
  $ rk certs renew --all --reason audit | sed 's/ timed out.*/ timed out/'
  SLOT         OUTCOME   REASON  OLD NUMBER    NEW NUMBER
  near/online  renewed   audit   <37>  <38>
  u1/online    deferred  audit   <35>
  u1/main/iam  deferred  audit   <36>
  ! warning: u1/online deferred: ssh to far: the host does not answer in time: Connection timed out
  ! warning: u1/main/iam deferred: ssh to far: the host does not answer in time: Connection timed out
  ! run 24: 1 renewed, 2 deferred
  $ continue_sshd
  $ rk -q units check u1
  $ rk certs renew --all | tail -n 1
  ! run 25: 3 renewed
  $ rk certs verify u1 near
  ! every slot holds what is recorded
  $ end_sshd
  $ rk units check u1 | sed 's/; offline.*//; s/port [0-9]*/port PORT/'
  ! warning: u1 is offline: ssh to far: the connection is refused: ssh: connect to host 127.0.0.1 port PORT: Connection refused
