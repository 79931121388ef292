Units behind helpers: any other scheme is a program that speaks rekey-unit-protocol(7).

  $ . "$TESTDIR/setup.sh"
  $ export PATH="$TESTDIR/../peers:$PATH"
  $ rk -q init
  $ mkdir py sh

A helper that nobody has is named, with both places where it was looked for.

  $ rk units add u1 carrier-pigeon:coop-7 | sed 's,neither .*/,neither .../,'
  ! rekey: u1: there is no helper for 'carrier-pigeon' addresses
  !   rekey-unit-carrier-pigeon is neither .../rekey-unit-carrier-pigeon nor in a folder of $PATH; see rekey-unit-protocol(7)
  $ rk units add u1 pyfolder:
  ! rekey: the address 'pyfolder:' says nothing after its scheme
  !   what stands there is for the helper of that kind of unit
  [2]

Two helpers in other languages keep every rule, with other keys too.

  $ rk units conformance pyfolder:$T/py
  RULE                    RESULT  SAYS                                                                    DETAIL
  hello                   pass    the helper answers, and speaks version 1
  hello.newest            pass    the highest common version is chosen
  hello.version           pass    versions that it does not speak are refused, and its own are named
  hello.first             pass    nothing is done before hello
  id.echoed               pass    the id of a request comes back as it was
  op.unknown              pass    an unknown operation is invalid, and the next request is served
  member.missing          pass    a request without what it needs is invalid
  name.form               pass    names that are none are invalid
  line.no-json            pass    a line that is not a request is answered with the id null, and invalid
  line.long               pass    a line that is too long is invalid, or ends the helper
  key.stays               pass    no answer has a private key in it
  input.ends              pass    the helper ends when its input does
  revert.first            pass    going back from the first pair leaves the slot as empty as it was
  describe                pass    the unit is described
  read.empty              pass    an empty slot is null
  create_key.request      pass    a key is made, and its request proves it
  create_key.again        pass    the same token makes no second key
  create_key.reconnected  pass    nor does it after the connection was lost
  create_key.invisible    pass    a waiting key is not in use
  create_key.kind         pass    a kind of key that cannot be is invalid
  apply.stranger          pass    a certificate for another key is refused, and changes nothing
  apply                   pass    the new pair is in use
  list                    pass    the slot is listed
  apply.twice             pass    what is in use can be applied again
  apply.no-key            pass    without a waiting key, nothing is applied
  create_key.in-use       pass    the token of what is in use makes no second key
  confirm                 pass    the leaf in use can be confirmed, again too
  confirm.other           pass    another leaf cannot
  reload.fails            pass    a reload command that fails is no success
  apply.second            pass    a second pair takes the place of the first
  revert                  pass    the pair before is kept, and comes back
  revert.again            pass    going back from what is not in use changes nothing
  discard                 pass    a waiting key is destroyed; what is in use stays
  discard.other           pass    another token destroys nothing
  create_key.replaces     pass    a new token takes the place of a waiting one
  retire                  pass    all keys but the one in use can be destroyed, again too
  retire.other            pass    but not where another leaf is in use
  retire.no-way-back      pass    without a pair to go back to, what is in use stays in use
  discard.all             pass    no key waits when the trial is over
  ! all 39 rules are kept
  $ rk units conformance pyfolder:$T/py --json --key ed25519 | tr ',' '\n' | sed -n 's/.*"result":"\(.*\)"/\1/p' | sort -u
  pass
  $ rk units conformance shfolder:$T/sh --output csv | cut -d, -f2 | sort | uniq -c
        1 ! all 36 rules are kept
       36 pass
        1 result
  $ find py sh -type f

The whole life of a slot behind each: openssl is the judge.

  $ rk units add up pyfolder:$T/py --type online --reload "echo \$REKEY_UNIT/\$REKEY_SLOT \$REKEY_REASON >>$T/log"
  ! up: online, holds 0 certificates
  $ rk units add us shfolder:$T/sh --type main/iam
  ! us: online, holds 0 certificates
  $ for unit in up us; do rk -q certs generate $unit; done
  $ rk certs renew --all --reason audit
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  up/online    renewed  audit   <1>  <2>
  us/main/iam  renewed  audit   <3>  <4>
  ! run 3: 2 renewed
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk issuers export local >local.pem
  $ for pair in py/+/online sh/main/iam; do
  >     openssl verify -CAfile local.pem $pair/current/chain.pem
  >     cmp <(openssl pkey -in $pair/current/key.pem -pubout) <(openssl x509 -in $pair/current/chain.pem -noout -pubkey)
  >     openssl x509 -in $pair/current/chain.pem -noout -serial | scrub
  >     ls $pair $pair/pairs
  > done
  py/+/online/current/chain.pem: OK
  serial=<2>
  py/+/online:
  current
  pairs
  
  py/+/online/pairs:
  000001
  000002
  sh/main/iam/current/chain.pem: OK
  serial=<4>
  sh/main/iam:
  current
  pairs
  
  sh/main/iam/pairs:
  000001
  000002
  $ cat log
  up/online
  up/online audit

A unit in use is no scratch unit, unless an empty slot is named.

  $ rk units conformance pyfolder:$T/py
  ! rekey: this unit is in use: it holds 1 certificate
  !   take a scratch unit, or name a slot that is not used: --slot conformance
  [6]
  $ rk units conformance pyfolder:$T/py --slot online
  ! rekey: the slot online is in use
  !   name one that is not
  [6]
  $ rk -q units conformance pyfolder:$T/py --slot main/trial --output csv | grep -c ,pass,
  39
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk units conformance pyfolder:$T/nowhere
  ! rekey: rekey-unit-pyfolder: there is no folder $T/nowhere
  [4]
  $ rk units conformance dir:$T/py
  ! rekey: 'dir:$T/py' is reached without a helper
  !   behind ssh://host/path, a folder has one: rekey agent
  [2]

Its reload command fails: the old pair is in use again.

  $ rk units set up --reload 'exit 3'
  ! up: changed
  $ cp py/+/online/current/chain.pem before.pem
  $ rk certs renew up
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  up/online  failed   manual  <2>
  ! warning: up/online failed: rekey-unit-pyfolder: the reload command ended with exit status 3; on the way back to the old pair: rekey-unit-pyfolder: the reload command ended with exit status 3
  ! run 4: 1 failed
  [1]
  $ cmp before.pem py/+/online/current/chain.pem
  $ rk units remove up --yes; rk units remove us --yes
  ! up: removed; what is on the unit was not touched
  ! us: removed; what is on the unit was not touched

Helpers that lie: each is caught and named, in the same run the honest ones go on, and whoever lied
has what it had.

  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; echo 'answer_deadline = "3s"' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ ways="both class cries deep der dies endless escape hangs huge id key killed kind lazy noise old signature twice utf8"
  $ for unit in honest $ways; do
  >     mkdir $unit; rk -q units add $unit pyfolder:$T/$unit --type online; rk -q certs generate $unit >/dev/null
  > done
  $ for way in $ways; do
  >     rk -q units set $way --address liar:$way:$T/$way; openssl x509 -in $way/+/online/current/chain.pem -out $way.pem
  > done
  $ rk certs renew --all --jobs 8 | grep -v '^! warning'
  SLOT              OUTCOME   REASON  OLD NUMBER    NEW NUMBER
  both/online       deferred  manual  <5>
  class/online      deferred  manual  <6>
  cries/online      deferred  manual  <7>
  deep/online       deferred  manual  <8>
  der/online        refused   manual  <9>
  dies/online       deferred  manual  <10>
  endless/online    deferred  manual  <11>
  escape/online     failed    manual  <12>
  hangs/online      deferred  manual  <13>
  huge/online       deferred  manual  <14>
  id/online         deferred  manual  <15>
  key/online        refused   manual  <16>
  killed/online     deferred  manual  <17>
  kind/online       deferred  manual  <18>
  lazy/online       failed    manual  <19>
  noise/online      deferred  manual  <20>
  old/online        refused   manual  <21>
  signature/online  refused   manual  <22>
  twice/online      deferred  manual  <23>
  utf8/online       deferred  manual  <24>
  ! run 26: 1 renewed, 14 deferred, 2 failed, 4 refused
  !   see: rekey runs show 26
  $ sed -n 's/^warning: //p' "$CRAMTMP/stderr" | sed "s/; on the way back.*//; s/it says '.*'/it says .../" | cut -c1-150 | sort
  both/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: it has not either 'result' or 'error'
  class/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: 'tired' is not a class of errors
  cries/online deferred: rekey-unit-liar gave no answer within 3 seconds: oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo
  deep/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[': i
  der/online refused: this is not a PKCS #10 request, or a damaged one: wrong tag; nested asn1 error
  dies/online deferred: rekey-unit-liar ended with exit status 3 instead of answering: out of \x1B[31mpaper
  endless/online deferred: rekey-unit-liar breaks the protocol: a line longer than 1048576 bytes: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
  escape/online failed: rekey-unit-liar: \x1B[2Jall is well\x0A
  hangs/online deferred: rekey-unit-liar gave no answer within 3 seconds
  huge/online deferred: rekey-unit-liar breaks the protocol: a line longer than 1048576 bytes: '\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
  id/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: its id is 4711, that of the request 3
  key/online refused: rekey-unit-liar: the certificate is not for the key that waits
  killed/online deferred: rekey-unit-liar was ended by signal 9 (Killed) instead of answering
  kind/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: 'request' is not base64 of DER
  lazy/online failed: the unit accepted the certificate, but holds another one
  noise/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: '': it is not JSON
  old/online refused: the unit offers the key that is in use instead of a new one
  signature/online refused: the request's signature is wrong: its maker does not have its key; make the request again with the key that it is for
  twice/online deferred: rekey-unit-liar breaks the protocol: it says ... without being asked
  utf8/online deferred: rekey-unit-liar breaks the protocol: its answer to create_key: '{"id":2,"result":{"request":"\xFF\xFE"}}': it is not JSON
  $ for way in $ways; do
  >     openssl x509 -in $way/+/online/current/chain.pem | cmp - $way.pem
  >     cmp <(openssl pkey -in $way/+/online/current/key.pem -pubout) <(openssl x509 -in $way.pem -noout -pubkey)
  > done

Honest again, they are renewed by the same command.

  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"
  $ for way in $ways; do rk -q units set $way --address pyfolder:$T/$way; done
  $ rk certs renew --all | tail -n 1
  !   see: rekey runs show 27
  $ rk certs verify
  ! every slot holds what is recorded
  $ echo 'answer_deadline = "10s"' >"$XDG_CONFIG_HOME/rekey/config.toml"

Others lie when they are greeted.

  $ mkdir x
  $ for way in greets silent version newer; do rk units add $way liar:$way:$T/x; done
  ! rekey: greets: rekey-unit-liar breaks the protocol: its answer to hello: 'Welcome to liar 1.0!': it is not JSON
  !   does something else write to its standard output, as a start-up file of a shell?
  ! warning: silent is offline: rekey-unit-liar gave no answer within 10 seconds; offline since <time>; unattended runs do not try it before <time>
  ! silent: recorded all the same; what it holds is read once it answers
  !   if it is elsewhere: rekey units set silent --address ADDRESS
  ! warning: version is offline: rekey-unit-liar speaks version 2, 3 of the protocol, this rekey 1; offline since <time>; unattended runs do not try it before <time>
  ! version: recorded all the same; what it holds is read once it answers
  !   if it is elsewhere: rekey units set version --address ADDRESS
  ! warning: newer is offline: rekey-unit-liar speaks version 2 of the protocol, this rekey 1; offline since <time>; unattended runs do not try it before <time>
  ! newer: recorded all the same; what it holds is read once it answers
  !   if it is elsewhere: rekey units set newer --address ADDRESS
  [4]
  $ rk units conformance liar:greets:$T/x
  RULE   RESULT  SAYS                                      DETAIL
  hello  fail    the helper answers, and speaks version 1  rekey-unit-liar breaks the protocol: its answer to hello: 'Welcome to liar 1.0!': it is not JSON
  ! 1 of 1 rules are broken
  [6]
  $ rk units conformance liar:lazy:$T/x | grep -v pass | cut -c1-150
  RULE                    RESULT  SAYS                                                                    DETAIL
  member.missing          fail    a request without what it needs is invalid                              no error of class invalid: {"id":2,"result":{}
  revert.first            fail    going back from the first pair leaves the slot as empty as it was       nothing changed
  apply.stranger          fail    a certificate for another key is refused, and changes nothing           it was done
  apply                   fail    the new pair is in use                                                  nothing is in use
  ! 4 of 23 rules are broken
  $ rk units conformance liar:id:$T/x | grep -v pass | cut -c1-150
  RULE                    RESULT  SAYS                                                                    DETAIL
  revert.first            fail    going back from the first pair leaves the slot as empty as it was       rekey-unit-liar breaks the protocol: its answe
  create_key.request      fail    a key is made, and its request proves it                                rekey-unit-liar breaks the protocol: its answe
  create_key.again        fail    the same token makes no second key                                      rekey-unit-liar breaks the protocol: its answe
  create_key.reconnected  fail    nor does it after the connection was lost                               rekey-unit-liar breaks the protocol: its answe
  create_key.kind         fail    a kind of key that cannot be is invalid                                 another error: rekey-unit-liar breaks the prot
  apply.stranger          fail    a certificate for another key is refused, and changes nothing           rekey-unit-liar breaks the protocol: its answe
  apply                   fail    the new pair is in use                                                  this is not a PKCS #10 request, or a damaged o
  ! 7 of 23 rules are broken

One of them does not keep `units check` and `certs verify` from the others.

  $ rk -q units set both --address liar:greets:$T/both
  $ rk units check | grep -v ': online, holds 1 certificate$'
  ! warning: both: rekey-unit-liar breaks the protocol: its answer to hello: 'Welcome to liar 1.0!': it is not JSON
  !   does something else write to its standard output, as a start-up file of a shell?
  ! warning: newer is offline: rekey-unit-liar speaks version 2 of the protocol, this rekey 1; offline since <time>; unattended runs do not try it before <time>
  ! warning: silent is offline: rekey-unit-liar gave no answer within 10 seconds; offline since <time>; unattended runs do not try it before <time>
  ! warning: version is offline: rekey-unit-liar speaks version 2, 3 of the protocol, this rekey 1; offline since <time>; unattended runs do not try it before <time>
  $ rk certs verify
  ! warning: both: rekey-unit-liar breaks the protocol: its answer to hello: 'Welcome to liar 1.0!': it is not JSON
  !   does something else write to its standard output, as a start-up file of a shell?
  ! warning: newer is offline: rekey-unit-liar speaks version 2 of the protocol, this rekey 1
  ! warning: silent is offline: rekey-unit-liar gave no answer within 10 seconds
  ! warning: version is offline: rekey-unit-liar speaks version 2, 3 of the protocol, this rekey 1
  [3]
  $ rk -q units set both --address pyfolder:$T/both

A line of two gigabytes takes no memory.

  $ mkdir y; rk -q units add big liar:huge:$T/y --type online
  $ /usr/bin/time -f %M -o peak "$REKEY_BINARY" -q certs generate big >/dev/null 2>&1; test "$(tail -n 1 peak)" -lt 400000 && echo small
  small

Many units are asked at the same time: these answer when all three have been asked. Told in the order of their names.

  $ mkdir meet && cat > meet/rekey-unit-meets <<'END'
  > #!/bin/sh
  > touch "$MEET/$$"
  > while [ "$(ls "$MEET" | wc -l)" -lt 3 ]; do sleep 0.05; done
  > exec rekey-unit-pyfolder "$@"
  > END
  $ chmod +x meet/rekey-unit-meets
  $ export MEET=$T/met REKEY_HOME=$T/meeting XDG_CONFIG_HOME=$T/none PATH="$T/meet:$PATH"
  $ meet() { rm -rf "$MEET"; mkdir "$MEET"; rk "$@"; }
  $ rk -q init
  $ for n in 1 2 3; do
  >   mkdir m$n; rk -q units add m$n pyfolder:$T/m$n --type online; rk -q certs generate m$n
  >   rk -q units set m$n --address meets:$T/m$n
  > done
  $ meet certs verify
  ! every slot holds what is recorded
  $ meet units check
  ! m1: online, holds 1 certificate
  ! m2: online, holds 1 certificate
  ! m3: online, holds 1 certificate
  $ meet certs list --live --output csv | cut -d, -f1-3
  unit,node,type
  m1,,online
  m2,,online
  m3,,online
  $ rm -r m2
  $ meet certs verify
  ! warning: m2 is offline: rekey-unit-meets: there is no folder $T/m2
  [4]
  $ meet doctor --all-units
  ! not compared: m2: rekey-unit-meets: there is no folder $T/m2
  ! the home is sound

What a unit says of itself stays on one line, and says nothing to the monitoring in the home's place.

  $ cat > meet/rekey-unit-forges <<'END'
  > #!/bin/sh
  > rekey-unit-pyfolder "$@" | jq -c --unbuffered 'if .result.slots? then .result.slots |= map(. + {
  >     chain: [], key_matches: false, trouble: "gone\nCERTS OK - 2 | total=2\n\u001b[2J", damage: "incomplete"}) else . end'
  > END
  $ chmod +x meet/rekey-unit-forges; rk -q units set m1 --address forges:$T/m1
  $ rk units check m1
  ! m1: online, holds 0 certificates
  ! warning: m1/online: gone\x0ACERTS OK - 2 | total=2\x0A\x1B[2J
  [6]
  $ rk certs check m1 | sed 's/.*; //'
  m1/online gone\x0ACERTS OK - 2 / total=2\x0A\x1B[2J | total=1 warning=0 critical=1
