What a CA may not sign is refused before it is made.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ base='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n'
  $ ca() {
  >     printf "$base$2" >"$1.ext"
  >     openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -subj "/CN=$1" -out "$1.csr" 2>/dev/null
  >     if [ "$3" ]; then openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 4000 -extfile "$1.ext" -out "$1.own" 2>/dev/null; cat "$1.own" "$3.pem" >"$1.pem"
  >     else openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 4000 -extfile "$1.ext" -out "$1.pem" 2>/dev/null; fi; }
  $ mkdir pump; rk -q init; rk -q units add pump dir:pump --type online
  $ made() { sqlite3 home/rekey.db 'SELECT count(*) FROM certificates'; find pump -name key.pem | wc -l; }

Extended key usage: a CA for clients only.

  $ ca clients 'extendedKeyUsage=clientAuth\n'
  $ rk issuers add clients --cert clients.pem --key clients.key
  ! added issuer 'clients', CN=clients, which expires 2037-02-11T12:00:00Z
  ! warning: issuer 'clients' cannot sign everything: 'CN=clients' allows only clientAuth below it (extended key usage)
  !   what it may not sign is refused before it is made; see: rekey policy check
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  !   if it has published a list, take that over: rekey issuers crl clients --out THAT-FILE
  $ rk -q issuers default clients
  $ rk certs generate pump
  SLOT         OUTCOME  REASON  OLD NUMBER  NEW NUMBER
  pump/online  refused
  ! warning: pump/online refused: issuer 'clients' cannot sign it: the certificate of 'CN=clients' allows only clientAuth below it (extended key usage), not serverAuth; change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 refused
  [6]
  $ made
  0
  0
  $ rk policy check
  SLOT         NUMBER  RULE   VIOLATION
  pump/online          rules  issuer 'clients' cannot sign it: the certificate of 'CN=clients' allows only clientAuth below it (extended key usage), not serverAuth; change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 of 1 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]
  $ printf '[defaults]\nusages = ["clientAuth"]\n' | load_policy
  $ rk certs generate pump | tail -1
  ! run 1: 1 generated
  $ openssl verify -purpose sslclient -CAfile clients.pem pump/online/current/cert.pem
  pump/online/current/cert.pem: OK
  $ load_policy </dev/null
  $ rk policy check
  SLOT         NUMBER        RULE   VIOLATION
  pump/online  <1>  rules  issuer 'clients' cannot sign it: the certificate of 'CN=clients' allows only clientAuth below it (extended key usage), not serverAuth; change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 of 1 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]

Name constraints, of a CA above the one that signs.

  $ ca top 'nameConstraints=critical,permitted;DNS:example.com\n'; ca names '' top
  $ rk issuers add names --cert names.pem --key names.key
  ! added issuer 'names', CN=names, which expires 2037-02-11T12:00:00Z
  ! warning: issuer 'names' cannot sign everything: 'CN=top' allows only some names below it (name constraints)
  !   what it may not sign is refused before it is made; see: rekey policy check
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  !   if it has published a list, take that over: rekey issuers crl names --out THAT-FILE
  $ rk certs renew pump --issuer names --reason migration
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  pump/online  refused          <1>
  ! warning: pump/online refused: issuer 'names' cannot sign it: the name constraints of 'CN=top' do not allow CN=pump, dns:pump (permitted subtree violation); change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 refused
  [6]
  $ made
  1
  1
  $ printf '[defaults]\nsan = ["dns:{unit}.example.com"]\nsubject = "CN={unit}.example.com"\n' | load_policy
  $ rk certs renew pump --issuer names --reason migration | tail -3
  ! run 2: 1 renewed
  ! 1 slot stays with issuer 'names', whatever policy says
  !   to let it go: rekey units set UNIT/TYPE --issuer ''
  $ openssl verify -CAfile top.pem -untrusted names.own pump/online/current/cert.pem
  pump/online/current/cert.pem: OK
  $ load_policy </dev/null
  $ ca kept 'nameConstraints=critical,excluded;DNS:pump\n'
  $ rk -q issuers add kept --cert kept.pem --key kept.key
  ! warning: issuer 'kept' cannot sign everything: 'CN=kept' allows only some names below it (name constraints)
  !   what it may not sign is refused before it is made; see: rekey policy check
  $ rk certs renew pump --issuer kept --reason migration
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  pump/online  refused          <2>
  ! warning: pump/online refused: issuer 'kept' cannot sign it: the name constraints of 'CN=kept' do not allow CN=pump, dns:pump (excluded subtree violation); change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 refused
  [6]

Path length: a chain that is too long is told when it is brought.

  $ ca short ''; printf "$base" | sed 's/TRUE/TRUE,pathlen:0/' >short.ext
  $ openssl x509 -req -in short.csr -signkey short.key -days 4000 -extfile short.ext -out short.pem 2>/dev/null
  $ ca deep '' short
  $ rk issuers add deep --cert deep.pem --key deep.key
  ! rekey: deep.pem: the chain is longer than one of its CAs allows (path length)
  !   take the chain from the issuer again
  [6]

A policy that the CA above asks for, and that nothing here has.

  $ ca strict ''; ca policies 'policyConstraints=requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4\n' strict
  $ rk -q issuers add policies --cert policies.pem --key policies.key
  $ rk certs renew pump --issuer policies --reason migration
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  pump/online  refused          <2>
  ! warning: pump/online refused: issuer 'policies' cannot sign it: its chain does not allow it: no explicit policy; change the rules of the slot, or use another issuer; see: rekey policy explain pump/online
  ! 1 refused
  [6]
  $ made
  2
  2
