What is adopted, what of it is kept, and what stands against it.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2026-03-01T12:00:00Z
  $ rk init --organization Acme >/dev/null 2>&1
  $ pair() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -set_serial 0x1001 -days 90 -keyout $1.key -out $1.pem "${@:2}" 2>/dev/null; }
  $ unit() { mkdir -p $1; rk units add $1 dir:$1 "${@:2}" >/dev/null 2>&1; }
  $ in_use() { openssl x509 -in $1 -noout "${@:2}"; }

A file gives the CA no names: what no issuer here signed needs a word, and without it nothing is changed.

  $ unit web; pair bank -subj /CN=bank.example -addext subjectAltName=DNS:bank.example,DNS:*.example -addext basicConstraints=CA:FALSE
  $ cp bank.pem before
  $ rk units adopt web online --cert bank.pem --key bank.key
  ! rekey: no issuer of this home signed certificate 1001; from now on 'local' would sign for web/online: CN=bank.example, dns:*.example, dns:bank.example (extended key usages: any)
  !   if that is right, say so: --accept-names
  [6]
  $ cmp before bank.pem && test -f bank.key -a ! -h bank.key -a ! -e web/online && rk audit list --output csv | grep -c certificate.adopt
  0
  [1]
  $ rk units adopt web online --cert bank.pem --key bank.key --accept-names
  ! web/online: adopted certificate 1001, which expires 2026-05-30T12:00:00Z
  ! bank.pem and bank.key are links into the slot now
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ rk units adopt web online --cert bank.pem --key bank.key
  ! web/online: adopted certificate 1001, which expires 2026-05-30T12:00:00Z
  ! bank.pem and bank.key are links into the slot now
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it

Where rules set subject and names, the file gives none, and no word is needed.

  $ printf '[defaults]\nsubject = "CN={unit}"\nsan = ["dns:{unit}.example"]\n' | load_policy
  $ unit ruled; pair ruled -subj /CN=bank.example -addext subjectAltName=DNS:bank.example -addext basicConstraints=CA:FALSE; rk units adopt ruled online --cert ruled.pem --key ruled.key
  ! ruled/online: adopted certificate 1001, which expires 2026-05-30T12:00:00Z
  ! ruled.pem and ruled.key are links into the slot now
  ! not kept: subject: CN=bank.example now, CN=ruled from the next renewal on, by [defaults]
  ! not kept: SANs: dns:bank.example now, dns:ruled.example from the next renewal on, by [defaults]
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ rk certs renew ruled >/dev/null; in_use ruled/online/current/cert.pem -subject -ext subjectAltName
  subject=CN = ruled
  X509v3 Subject Alternative Name: 
      DNS:ruled.example
  $ rk units remove ruled --yes >/dev/null; rm -r ruled ruled.pem ruled.key

Policy can forbid names, in adoptions and in all that is made.

  $ printf '[defaults]\nallowed_names = ["*.fleet.example", "ip:10.0.0.0/8"]\n' | load_policy
  $ unit b.fleet.example; pair other -subj /CN=b.fleet.example -addext subjectAltName=DNS:b.fleet.example,IP:11.0.0.1; rk units adopt b.fleet.example online --cert other.pem --key other.key --accept-names
  ! warning: b.fleet.example/online: policy does not allow the names ip:11.0.0.1; set other names with 'subject' and 'san', or allow them in 'allowed_names'
  ! rekey: b.fleet.example/online: no renewal could make this certificate again; nothing was adopted
  !   see: rekey policy explain
  [6]
  $ test -e b.fleet.example/online
  [1]
  $ rk policy check
  SLOT        NUMBER  RULE   VIOLATION
  web/online  1001    rules  web/online: policy does not allow the names dns:*.example, dns:bank.example, CN=bank.example; set other names with 'subject' and 'san', or allow them in 'allowed_names'
  ! 1 of 1 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]
  $ rk certs renew web --output csv | tr -d '\r'
  unit,node,type,outcome,old_number,new_number,error,reason,why
  web,,online,refused,1001,,"web/online: policy does not allow the names dns:*.example, dns:bank.example, CN=bank.example; set other names with 'subject' and 'san', or allow them in 'allowed_names'",,"web/online: policy does not allow the names dns:*.example, dns:bank.example, CN=bank.example; set other names with 'subject' and 'san', or allow them in 'allowed_names'"
  ! warning: web/online refused: web/online: policy does not allow the names dns:*.example, dns:bank.example, CN=bank.example; set other names with 'subject' and 'san', or allow them in 'allowed_names'
  ! 1 refused
  $ unit c.fleet.example --type online; rk certs generate c.fleet.example >/dev/null; in_use c.fleet.example/online/current/cert.pem -ext subjectAltName
  X509v3 Subject Alternative Name: 
      DNS:c.fleet.example
  $ unit d.example --type online; rk certs generate d.example >/dev/null; test -e d.example/online/current
  [1]
  $ load_policy </dev/null; rk -q units remove d.example --yes

What an issuer of this home signed needs no word, whoever typed the command.

  $ pair ca -days 3650 -subj /CN=company -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  $ rk issuers add company --cert ca.pem --key ca.key >/dev/null 2>&1
  $ openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mail -keyout mail.key -out mail.csr 2>/dev/null
  $ echo subjectAltName=DNS:mail >names; openssl x509 -req -in mail.csr -CA ca.pem -CAkey ca.key -set_serial 0x77 -days 60 -extfile names -out mail.pem 2>/dev/null; cat ca.pem >>mail.pem
  $ unit mail; rk units adopt mail online --cert mail.pem --key mail.key
  ! mail/online: adopted certificate 77, which expires 2026-04-30T12:00:00Z
  ! mail.pem and mail.key are links into the slot now
  $ unit mail2; cp -L mail.pem again.pem; cp -L mail.key again.key; rk units adopt mail2 online --cert again.pem --key again.key
  ! rekey: certificate 77 was made for mail/online
  !   adopt it there, or make another: rekey certs generate mail2
  [6]
  $ test -h again.pem
  [1]

Files of a slot are refused, by whatever path.

  $ rk units adopt mail2 online --cert mail.pem --key mail.key 2>&1 | sed "s|$T|\$T|g"
  ! rekey: $T/mail.pem is in use in the slot $T/mail/online
  !   a pair belongs to one slot of one home; make another for this one: rekey certs generate
  $ rk units adopt mail2 online --cert mail/online/gen/000001/fullchain.pem --key mail/online/gen/000001/key.pem >/dev/null 2>&1
  [6]

A link that cannot be made takes the other back; nothing is on the record, and the same command adopts later.

  $ unit half; pair half -subj /CN=half -addext subjectAltName=DNS:half -addext basicConstraints=CA:FALSE; mkdir .half.pem.rekey
  $ rk units adopt half online --cert half.pem --key half.key --accept-names
  ! rekey: $T/.half.pem.rekey is in the way; nothing was adopted, and the files are what they were
  !   an earlier adoption may have left it: look at it, and remove it
  [6]
  $ ls -A half/online/gen half/online; test -h half.key; openssl x509 -in half.pem -noout -pubkey | cmp - <(openssl pkey -in half.key -pubout)
  half/online:
  gen
  
  half/online/gen:
  $ rk certs list half
  ! no certificate matches half
  $ rk doctor
  ! the home is sound
  $ rmdir .half.pem.rekey; rk -q units adopt half online --cert half.pem --key half.key --accept-names; readlink half.key | scrub
  $T/half/online/current/key.pem

One that was interrupted is nobody else's, is named, and can be taken back.

  $ unit stopped --type online; pair stopped -subj /CN=stopped -addext basicConstraints=CA:FALSE
  $ print=$(openssl x509 -in stopped.pem -outform DER | sha256sum | cut -c1-64 | tr a-f A-F)
  $ ln -s $T/stopped/online/current/key.pem "it's.key"; mv stopped.key ".it's.key.rekey"; mkdir -p stopped/online/gen/000001; cp ".it's.key.rekey" stopped/online/gen/000001/key.pem; cp stopped.pem stopped/online/gen/000001/cert.pem; cp stopped.pem stopped/online/gen/000001/fullchain.pem; : >stopped/online/gen/000001/chain.pem; printf '(adopted)' >stopped/online/gen/000001/token; ln -s gen/000001 stopped/online/current
  $ python3 -c 'import sqlite3,sys; c=sqlite3.connect("home/rekey.db"); c.execute("INSERT INTO adoptions(slot_id, state, certificate_file, key_file, fingerprint, makes_slot, was_in_use, keep_mode, actor, started_at) SELECT s.id, ?, ?, ?, ?, 0, 0, 0, ?, 1 FROM slots s JOIN units u ON u.id=s.unit_id WHERE u.name=?", ("open", sys.argv[1]+"/stopped.pem", sys.argv[1]+"/it'"'"'s.key", sys.argv[2], "me", "stopped")); c.commit()' "$T" $print
  $ rk doctor | sed "s|$T|\$T|g"
  ABOUT  FINDING  REMEDY
  adoptions  the adoption of stopped/online has not ended  finish it: rekey units adopt stopped online --cert $T/stopped.pem --key '$T/it'\''s.key'; or take it back: rekey units adopt stopped online --undo
  slots  stopped/online is empty: its adoption has not ended  finish it, or take it back: rekey doctor names both commands
  $ rk certs generate stopped | sed "s|$T|\$T|g"
  SLOT            OUTCOME  REASON  OLD NUMBER  NEW NUMBER
  stopped/online  refused
  ! warning: stopped/online refused: its adoption has not ended; finish it: rekey units adopt stopped online --cert $T/stopped.pem --key '$T/it'\''s.key'; or take it back: rekey units adopt stopped online --undo
  ! 1 refused
  $ rk certs renew --all --dry-run --output csv 2>/dev/null | grep stopped | sed "s|$T|\$T|g" | tr -d '\r'
  stopped,,online,refuse,,its adoption has not ended; finish it: rekey units adopt stopped online --cert $T/stopped.pem --key '$T/it'\''s.key'; or take it back: rekey units adopt stopped online --undo,,,,
  $ rk units check stopped --adopt
  ! rekey: the adoption of stopped/online has not ended
  !   finish it, or take it back: rekey doctor names both commands
  [5]
  $ rk units check stopped
  ! stopped: online, holds 1 certificate
  $ rk units adopt stopped online --undo
  ! stopped/online: taken back; the files are what they were
  $ rk units adopt stopped online --undo
  ! rekey: no adoption of stopped/online is to be taken back
  !   see: rekey doctor
  [2]
  $ test -h "it's.key" -o -e ".it's.key.rekey" -o -h stopped/online/current; cmp <(openssl pkey -in "it's.key" -pubout) <(openssl x509 -in stopped.pem -noout -pubkey); rk doctor
  ABOUT  FINDING                                                        REMEDY
  slots  stopped/online is empty: its first certificate was never made  make it: rekey certs generate stopped/online
  [6]
  $ rk audit list --output csv | cut -d, -f4,5 | tr -d '\r' | grep stopped
  unit.add,stopped
  adoption.undo,stopped/online

Key, certificates and parameters in one file stay in one, in their order, through renewals and back.

  $ unit proxy; pair p -subj /CN=proxy -addext basicConstraints=CA:FALSE; openssl dhparam -dsaparam -out dh.pem 512 2>/dev/null
  $ cat p.pem p.key dh.pem >one.pem; chmod 640 one.pem; cp one.pem before
  $ rk units adopt proxy online --cert one.pem --key one.pem --accept-names
  ! proxy/online: adopted certificate 1001, which expires 2026-05-30T12:00:00Z
  ! one.pem is a link into the slot now
  ! the service's one file is kept: current/combined.pem, made anew with every renewal
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ cmp before one.pem; readlink one.pem | scrub; stat -L -c %a one.pem
  $T/proxy/online/current/combined.pem
  640
  $ rk -q certs renew proxy >/dev/null; grep BEGIN one.pem; stat -L -c %a one.pem
  -----BEGIN CERTIFICATE-----
  -----BEGIN CERTIFICATE-----
  -----BEGIN PRIVATE KEY-----
  -----BEGIN X9.42 DH PARAMETERS-----
  640
  $ cmp <(openssl pkey -in one.pem -pubout) <(openssl x509 -in one.pem -noout -pubkey); cmp <(sed -n '/BEGIN X9/,$p' one.pem) dh.pem; in_use one.pem -subject
  subject=CN = proxy
  $ rk -q certs renew proxy >/dev/null; rk certs verify proxy; ls proxy/online/gen/*
  ! every slot holds what is recorded
  proxy/online/gen/000002:
  cert.pem
  chain.pem
  combined.pem
  fullchain.pem
  key.pem
  request.der
  token
  trust.pem
  
  proxy/online/gen/000003:
  cert.pem
  chain.pem
  combined.pem
  fullchain.pem
  key.pem
  request.der
  token
  trust.pem
  $ grep -c "PRIVATE KEY" proxy/online/spare/* 2>/dev/null
  proxy/online/spare/cert.pem:0
  proxy/online/spare/chain.pem:0
  proxy/online/spare/fullchain.pem:0
  proxy/online/spare/token:0
  [1]
  $ unit split; pair s -subj /CN=split -addext basicConstraints=CA:FALSE; (umask 077; cat s.key s.pem >both.pem); rk -q units adopt split online --cert s.pem --key both.pem --accept-names; rk -q certs renew split >/dev/null; grep BEGIN both.pem; grep -c BEGIN s.pem; cmp <(openssl pkey -in both.pem -pubout) <(openssl x509 -in s.pem -noout -pubkey)
  -----BEGIN PRIVATE KEY-----
  -----BEGIN CERTIFICATE-----
  -----BEGIN CERTIFICATE-----
  2

What a certificate is stays; what cannot stay is told, item by item.

  $ unit plc; openssl req -x509 -newkey rsa:2048 -nodes -set_serial 0x1002 -keyout plc.key -out plc.pem -days 300 -subj /C=us/emailAddress=me@acme.example/CN=plc -addext "subjectAltName=URI:urn:plc:acme,DNS:plc" -addext basicConstraints=CA:FALSE -addext keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment -addext extendedKeyUsage=clientAuth -addext certificatePolicies=1.2.3.4 -addext crlDistributionPoints=URI:http://pki.example/ca.crl -addext "authorityInfoAccess=OCSP;URI:http://ocsp.example" -addext tlsfeature=status_request 2>/dev/null
  $ rk units adopt plc online --cert plc.pem --key plc.key --accept-names
  ! plc/online: adopted certificate 1002, which expires 2026-12-26T12:00:00Z
  ! plc.pem and plc.key are links into the slot now
  ! warning: keys of the kind rsa-2048 are not expected to be safe after 2030 (NIST SP 800-57)
  !   better are ec-p256 and rsa-3072
  ! not kept: extension TLS Feature (1.3.6.1.5.5.7.1.24): not in what is made here
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ x() { in_use plc.pem -subject -ext keyUsage,extendedKeyUsage,subjectAltName,certificatePolicies,crlDistributionPoints,authorityInfoAccess | sed 's/^ *//; s/, /\n/g' | sort; }
  $ x >before
  $ rk -q certs renew --due >/dev/null; x | diff before -; in_use plc.pem -text | grep Public-Key
                  Public-Key: (2048 bit)
  $ rk certs renew --due; rk certs renew --due --dry-run
  ! dry run: nothing was changed
  $ rk policy explain plc/online | grep adopted
  key                   rsa-2048                                                                       adopted certificate
  subject               CN=plc,emailAddress=me@acme.example,C=us                                       adopted certificate
  san                   ["dns:plc", "uri:urn:plc:acme"]                                                adopted certificate
  usages                ["clientAuth"]                                                                 adopted certificate
  key_usage             ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"]  adopted certificate
  certificate_policies  ["1.2.3.4"]                                                                    adopted certificate
  crl_urls              ["http://pki.example/ca.crl"]                                                  adopted certificate
  ocsp_urls             ["http://ocsp.example"]                                                        adopted certificate
  ca_issuer_urls        []                                                                             adopted certificate
  $ rk certs show plc/online | grep -E "key_usage|policies|urls"
  certificate policies  1.2.3.4
  crl urls  http://pki.example/ca.crl
  ocsp urls  http://ocsp.example
  ca issuer urls  -

Where no renewal could make it again, nothing is adopted, and the commands that help are printed; with them it works.

  $ unit upn; pair upn -subj "/CN=user1" -addext "subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user1@acme.tld,DNS:u1.acme.tld,DNS:gate.acme.tld." -addext extendedKeyUsage=clientAuth,OCSPSigning -addext basicConstraints=CA:FALSE
  $ rk units adopt upn online --cert upn.pem --key upn.key --accept-names >said; cat said
  ! warning: SAN 'dns:gate.acme.tld.' cannot be made here
  ! warning: SAN 'other:1.3.6.1.4.1.311.20.2.3' cannot be made here
  ! warning: extended key usage OCSPSigning is given by a rule only
  ! rules that would hold for this slot alone:
  !   rekey units set upn --type online
  !   rekey units set upn/online --san dns:gate.acme.tld --san dns:u1.acme.tld --usages clientAuth
  ! rekey: upn/online: no renewal could make this certificate again; nothing was adopted
  !   set these rules, and run the same command again
  $ test -e upn/online -o -h upn.pem
  [1]
  $ sed -n 's/^! *rekey \(units set\)/rk \1/p' said >commands; . ./commands
  ! upn: changed
  ! upn/online: changed
  $ rk units adopt upn online --cert upn.pem --key upn.key --accept-names
  ! upn/online: adopted certificate 1001, which expires 2026-05-30T12:00:00Z
  ! upn.pem and upn.key are links into the slot now
  ! not kept: SANs: dns:gate.acme.tld., dns:u1.acme.tld, other:1.3.6.1.4.1.311.20.2.3 now, dns:gate.acme.tld, dns:u1.acme.tld from the next renewal on, by slot upn/online
  ! not kept: extended key usages: OCSPSigning, clientAuth now, clientAuth from the next renewal on, by slot upn/online
  ! no issuer of this home made it, so `rekey certs renew --due` will replace it
  $ rk -q certs renew --due; in_use upn.pem -ext subjectAltName,extendedKeyUsage
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication
  X509v3 Subject Alternative Name: 
      DNS:gate.acme.tld, DNS:u1.acme.tld
  $ load_policy </dev/null

A pair that somebody put into current/ by hand is not written over.

  $ unit hand --type online; rk -q certs generate hand >/dev/null; pair hand -subj /CN=hand -addext basicConstraints=CA:FALSE
  $ cp hand.key hand/online/current/key.pem; cp hand.pem hand/online/current/cert.pem
  $ rk certs renew hand --output csv | cut -d, -f1-5 | tr -d '\r'
  unit,node,type,outcome,old_number
  hand,,online,refused,<5>
  ! warning: hand/online refused: the unit holds certificate 1001 of 'CN=hand', not the recorded <5>; take it: rekey units check hand --adopt; or overwrite it: rekey certs renew hand/online --force
  ! run 9: 1 refused
  $ cmp hand.key hand/online/current/key.pem; cmp hand.pem hand/online/current/cert.pem
  $ rk certs renew hand --force --output csv 2>/dev/null | cut -d, -f1-5 | tr -d '\r'
  unit,node,type,outcome,old_number
  hand,,online,renewed,<5>
  ! run 10: 1 renewed
