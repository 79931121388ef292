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
  $ cmp before bank.pem && test -f bank.key -a ! -h bank.key -a ! -e web/online && rk audit list --output csv | grep -c certificate.adopt
  $ rk units adopt web online --cert bank.pem --key bank.key --accept-names
  $ rk units adopt web online --cert bank.pem --key bank.key

Policy can forbid names, in adoptions and in all that is made.

  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; printf '[defaults]\nallowed_names = ["*.fleet.example", "ip:10.0.0.0/8"]\n' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ unit b.fleet.example; rk units adopt b.fleet.example online --cert before --key bank.key --accept-names
  $ test -e b.fleet.example/online
  $ rk policy check
  $ rk certs renew web --output csv | tr -d '\r'
  $ rk certs generate b.fleet.example --output csv >/dev/null; unit c.fleet.example --type online; rk certs generate c.fleet.example 2>/dev/null | tail -1
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"

What an issuer of this home signed needs no word, whoever typed the command.

  $ pair ca -subj /CN=company -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
  $ rk issuers add company --cert ca.pem --key ca.key >/dev/null 2>&1
  $ openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=mail -keyout mail.key -out mail.csr 2>/dev/null
  $ openssl x509 -req -in mail.csr -CA ca.pem -CAkey ca.key -set_serial 0x77 -days 60 -out mail.pem 2>/dev/null; cat ca.pem >>mail.pem
  $ unit mail; rk units adopt mail online --cert mail.pem --key mail.key
  $ unit mail2; cp -L mail.pem again.pem; cp -L mail.key again.key; rk units adopt mail2 online --cert again.pem --key again.key
  $ test -h again.pem

Files of a slot are refused, by whatever path.

  $ rk units adopt mail2 online --cert mail.pem --key mail.key 2>&1 | sed "s|$T|\$T|g"
  $ rk units adopt mail2 online --cert mail/online/gen/000001/fullchain.pem --key mail/online/gen/000001/key.pem >/dev/null 2>&1

A link that cannot be made takes the other back; nothing is on the record, and the same command adopts later.

  $ unit half; pair half -subj /CN=half -addext basicConstraints=CA:FALSE; mkdir .half.pem.rekey
  $ rk units adopt half online --cert half.pem --key half.key --accept-names
  $ ls -A half/online/gen half/online; test -h half.key; openssl x509 -in half.pem -noout -pubkey | cmp - <(openssl pkey -in half.key -pubout)
  $ rk certs list half
  $ rk doctor
  $ rmdir .half.pem.rekey; rk -q units adopt half online --cert half.pem --key half.key --accept-names; readlink half.key | scrub

One that was interrupted is nobody else's, is named, and can be taken back.

  $ unit stopped --type online; pair stopped -subj /CN=stopped -addext basicConstraints=CA:FALSE
  $ print=$(openssl x509 -in stopped.pem -outform DER | sha256sum | cut -c1-64 | tr a-f A-F)
  $ ln -s $T/stopped/online/current/key.pem "it's.key"; mv stopped.key ".it's.key.rekey"; mkdir -p stopped/online/gen/000001; cp ".it's.key.rekey" stopped/online/gen/000001/key.pem; cp stopped.pem stopped/online/gen/000001/cert.pem; cp stopped.pem stopped/online/gen/000001/fullchain.pem; : >stopped/online/gen/000001/chain.pem; printf '(adopted)' >stopped/online/gen/000001/token; ln -s gen/000001 stopped/online/current
  $ python3 -c 'import sqlite3,sys; c=sqlite3.connect("home/rekey.db"); c.execute("INSERT INTO adoptions SELECT s.id, ?, ?, ?, ?, 0, ?, 1 FROM slots s JOIN units u ON u.id=s.unit_id WHERE u.name=?", ("open", sys.argv[1]+"/stopped.pem", sys.argv[1]+"/it'"'"'s.key", sys.argv[2], "me", "stopped")); c.commit()' "$T" $print
  $ rk doctor | sed "s|$T|\$T|g"
  $ rk certs generate stopped | sed "s|$T|\$T|g"
  $ rk certs renew --all --dry-run --output csv 2>/dev/null | grep stopped | sed "s|$T|\$T|g" | tr -d '\r'
  $ rk units check stopped --adopt
  $ rk units check stopped
  $ rk units adopt stopped online --undo
  $ rk units adopt stopped online --undo
  $ test -h "it's.key" -o -e ".it's.key.rekey" -o -h stopped/online/current; cmp <(openssl pkey -in "it's.key" -pubout) <(openssl x509 -in stopped.pem -noout -pubkey); rk doctor
  $ rk audit list --output csv | cut -d, -f4,5 | tr -d '\r' | grep stopped

Key, certificates and parameters in one file stay in one, in their order, through renewals and back.

  $ unit proxy; pair p -subj /CN=proxy -addext basicConstraints=CA:FALSE; openssl dhparam -dsaparam -out dh.pem 512 2>/dev/null
  $ cat p.pem p.key dh.pem >one.pem; chmod 640 one.pem; cp one.pem before
  $ rk units adopt proxy online --cert one.pem --key one.pem --accept-names
  $ cmp before one.pem; readlink one.pem | scrub; stat -L -c %a one.pem
  $ rk -q certs renew proxy >/dev/null; grep BEGIN one.pem; stat -L -c %a one.pem
  $ cmp <(openssl pkey -in one.pem -pubout) <(openssl x509 -in one.pem -noout -pubkey); cmp <(openssl dhparam -in one.pem) dh.pem; in_use one.pem -subject
  $ rk -q certs renew proxy >/dev/null; rk certs verify proxy; ls proxy/online/gen/*
  $ grep -c "PRIVATE KEY" proxy/online/spare/* 2>/dev/null
  $ unit split; pair s -subj /CN=split -addext basicConstraints=CA:FALSE; cat s.key s.pem >both.pem; rk -q units adopt split online --cert s.pem --key both.pem --accept-names; rk -q certs renew split >/dev/null; grep BEGIN both.pem; grep -c BEGIN s.pem; cmp <(openssl pkey -in both.pem -pubout) <(openssl x509 -in s.pem -noout -pubkey)

What a certificate is stays; what cannot stay is told, item by item.

  $ unit plc; openssl req -x509 -newkey rsa:2048 -nodes -set_serial 0x1002 -keyout plc.key -out plc.pem -days 300 -subj /C=us/emailAddress=me@acme.example/CN=plc -addext "subjectAltName=URI:urn:plc:acme,DNS:plc" -addext basicConstraints=CA:FALSE -addext keyUsage=critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment -addext extendedKeyUsage=clientAuth -addext certificatePolicies=1.2.3.4 -addext crlDistributionPoints=URI:http://pki.example/ca.crl -addext "authorityInfoAccess=OCSP;URI:http://ocsp.example" -addext tlsfeature=status_request 2>/dev/null
  $ rk units adopt plc online --cert plc.pem --key plc.key --accept-names
  $ x() { in_use plc.pem -subject -ext keyUsage,extendedKeyUsage,subjectAltName,certificatePolicies,crlDistributionPoints,authorityInfoAccess; }
  $ x >before
  $ rk -q certs renew --due >/dev/null; x | diff before -; in_use plc.pem -text | grep Public-Key
  $ rk certs renew --due; rk certs renew --due --dry-run
  $ rk policy explain plc/online | grep adopted
  $ rk certs show plc/online | grep -E "key_usage|policies|urls"

Where no renewal could make it again, nothing is adopted, and the lines to write are printed; with them it works.

  $ unit upn; pair upn -subj "/CN=user1" -addext "subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user1@acme.tld,DNS:u1.acme.tld,DNS:gate.acme.tld." -addext extendedKeyUsage=clientAuth,OCSPSigning -addext basicConstraints=CA:FALSE
  $ rk units adopt upn online --cert upn.pem --key upn.key --accept-names 2>said; cat said
  $ test -e upn/online -o -h upn.pem
  $ sed -n 's/^! *//p' said | grep -E '^(\[|san|usages|subject)' >"$XDG_CONFIG_HOME/rekey/config.toml"; rk units set upn --label adopted=upn
  $ rk units adopt upn online --cert upn.pem --key upn.key --accept-names
  $ rk -q certs renew --due; in_use upn.pem -ext subjectAltName,extendedKeyUsage
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"

A pair that somebody put into current/ by hand is not written over.

  $ unit hand --type online; rk -q certs generate hand >/dev/null; pair hand -subj /CN=hand -addext basicConstraints=CA:FALSE
  $ cp hand.key hand/online/current/key.pem; cp hand.pem hand/online/current/cert.pem
  $ rk certs renew hand --output csv | cut -d, -f1-5 | tr -d '\r'
  $ cmp hand.key hand/online/current/key.pem; cmp hand.pem hand/online/current/cert.pem
  $ rk certs renew hand --force --output csv 2>/dev/null | cut -d, -f1-5 | tr -d '\r'
