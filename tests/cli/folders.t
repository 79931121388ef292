Units that are folders: rights of keys, shapes of slots, what others put there, and no way back to nothing.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init --organization Example
  $ remedy() { "$REKEY_BINARY" doctor --json | jq -r '.findings[].remedy'; }
  $ judge() {
  >     cmp <(openssl pkey -in $1/current/key.pem -pubout) <(openssl x509 -in $1/current/cert.pem -noout -pubkey) &&
  >     openssl verify -CAfile $1/current/chain.pem $1/current/cert.pem
  > }

A key that all users may read is taken over only where that is meant, and stays so.

  $ mkdir web; rk -q units add web dir:web
  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout web.key -out web.pem -days 30 -subj /CN=web -addext subjectAltName=DNS:web 2>/dev/null
  $ chmod 644 web.key; cp web.key before.key
  $ rk units adopt web online --cert web.pem --key web.key
  ! rekey: all users of the machine may use the key $T/web.key (mode 644)
  !   have that kept: give --keep-mode; or take it away first: chmod o= $T/web.key
  [6]
  $ cmp web.key before.key; stat -c '%F %a' web.key web.pem; ls web
  regular file 644
  regular file 644
  $ rk -q units adopt web online --cert web.pem --key web.key --keep-mode --accept-names
  $ rk certs renew web --quiet
  $ stat -L -c %a web.key; judge web/online
  644
  web/online/current/cert.pem: OK
  $ rk doctor
  ! the home is sound

Opened to all later, a slot is told of, and not renewed until it is said what is meant.

  $ mkdir gate; rk -q units add gate dir:gate --type online; rk -q certs generate gate
  $ chmod 644 gate/online/current/key.pem
  $ rk doctor
  ABOUT  FINDING  REMEDY
  units  gate/online all users of the machine may use the key $T/gate/online/gen/000001/key.pem (mode 644)  take that away: chmod o= $T/gate/online/gen/000001/key.pem; or have it kept: rekey units set gate --keep-mode online
  [6]
  $ rk certs renew gate | sed 's/  *$//'
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  refused  manual  <1>
  ! warning: gate/online refused: all users of the machine may use the key $T/gate/online/current/key.pem (mode 644), and a new one would be narrower; take that away: chmod o= $T/gate/online/current/key.pem; or have it kept: rekey units set gate --keep-mode online
  ! run 3: 1 refused
  $ stat -L -c %a gate/online/current/key.pem; readlink gate/online/current; ls gate/online
  644
  gen/000001
  current
  gen
  $ rk -q units set gate --keep-mode online; rk -q certs renew gate; stat -L -c %a gate/online/current/key.pem
  644
  $ rk audit list --json | grep -c '"keep_mode'
  2

A slot that lost its shape is told of with a command, which brings back the pair that is in use.

  $ for unit in copied moved file elsewhere; do
  >     mkdir $unit; rk -q units add $unit dir:$unit --type online; rk -q certs generate $unit; rk -q certs renew $unit
  >     openssl x509 -in $unit/online/current/cert.pem -noout -serial >$unit.serial
  > done
  $ cp -rL copied c && rm -r copied && mv c copied
  $ mkdir disk && mv moved/online/gen disk/gen && ln -s "$T/disk/gen" moved/online/gen
  $ rm file/online/current && echo gen/000002 >file/online/current
  $ ln -sfn /somewhere/gen/000002 elsewhere/online/current
  $ rk doctor | sed 's/  .*//; /^ABOUT/d'; remedy >remedies; wc -l <remedies
  units
  units
  units
  units
  4
  $ rk units check copied
  ! copied: online, holds 0 certificates
  ! warning: copied/online: $T/copied/online/current is a folder, where a link to a generation is expected: was the unit copied without its links?
  !   mv -T $T/copied/online/current $T/copied/online/.current.was && ln -sfn gen/000002 $T/copied/online/current && rm -r $T/copied/online/.current.was
  [6]
  $ sh -e remedies
  $ for unit in copied moved file elsewhere; do
  >     judge $unit/online && openssl x509 -in $unit/online/current/cert.pem -noout -serial | cmp - $unit.serial
  >     readlink $unit/online/current
  > done
  copied/online/current/cert.pem: OK
  gen/000002
  moved/online/current/cert.pem: OK
  gen/000002
  file/online/current/cert.pem: OK
  gen/000002
  elsewhere/online/current/cert.pem: OK
  gen/000002
  $ rk doctor
  ! the home is sound
  $ for unit in copied moved file elsewhere; do rk -q certs renew $unit && readlink $unit/online/current; done
  gen/000003
  gen/000003
  gen/000003
  gen/000003

The folder of another program is refused before anything in it is touched.

  $ mkdir -p app/queue/pending/2026 app/queue/spare app/queue/gen/000007
  $ echo order >app/queue/pending/2026/order; echo list >app/queue/spare/list; echo data >app/queue/gen/000007/data
  $ find app | sort >before; rk -q units add app dir:app --type queue
  $ rk certs generate app | sed 's/  *$//'
  SLOT       OUTCOME  REASON  OLD NUMBER  NEW NUMBER
  app/queue  refused
  ! warning: app/queue refused: $T/app/queue/pending was not made by rekey, and is left as it is; find out whose it is; where another program needs it, give the slot another folder: another type, or another address of the unit
  ! run 17: 1 refused
  $ find app | sort | cmp - before; cat app/queue/pending/2026/order app/queue/spare/list app/queue/gen/000007/data
  order
  list
  data

Beside a pair in use it is left, and told of; the slot is renewed.

  $ mkdir copied/online/gen/000099; echo notes >copied/online/gen/000099/notes
  $ rk -q certs renew copied; judge copied/online; cat copied/online/gen/000099/notes
  copied/online/current/cert.pem: OK
  notes
  $ rk certs verify copied
  SLOT  FINDING
  copied/online  $T/copied/online/gen/000099 was not made by rekey, and is left as it is
  [6]
  $ rm -r copied/online/gen/000099

A home that was restored finishes a renewal after a compromise whose old key is gone; the service does not reload. What is in use stays.

  $ mkdir mq; rk -q units add mq dir:mq --type online; rk -q certs generate mq
  $ (umask 077; echo 'correct horse battery' >pass)
  $ printf '#!/bin/sh\n[ -e %s/backup ] || "%s" --home %s/home -q backup --out %s/backup --passphrase-file %s/pass\n[ ! -e %s/broken ]\n' \
  >     "$T" "$REKEY_BINARY" "$T" "$T" "$T" "$T" >reload; chmod +x reload
  $ rk -q units set mq --reload "$T/reload"
  $ rk -q certs renew mq --reason compromise --yes; openssl x509 -in mq/online/current/cert.pem -noout -serial >mq.serial
  $ mv home lost; rk -q restore --yes backup --passphrase-file pass; touch broken
  $ rk certs renew --due | sed 's/^.*warning/warning/; s/failed: .*: \(there is\)/failed: …: \1/' | grep -c 'stays in use'
  1
  $ judge mq/online; openssl x509 -in mq/online/current/cert.pem -noout -serial | cmp - mq.serial
  mq/online/current/cert.pem: OK
  $ rk certs verify mq; rk certs list mq --json | jq -r '.certificates[] | .unit + "/" + .type + "," + .state'
  ! every slot holds what is recorded
  mq/online,active
  $ rm broken; rk -q certs renew mq; judge mq/online
  mq/online/current/cert.pem: OK
