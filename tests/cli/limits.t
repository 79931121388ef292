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
  $ rk -q issuers default clients
  $ rk certs generate pump
  $ made
  $ rk policy check
  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; printf '[defaults]\nusages = ["clientAuth"]\n' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk certs generate pump | tail -1
  $ openssl verify -purpose sslclient -CAfile clients.pem pump/online/current/cert.pem
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk policy check

Name constraints, of a CA above the one that signs.

  $ ca top 'nameConstraints=critical,permitted;DNS:example.com\n'; ca names '' top
  $ rk issuers add names --cert names.pem --key names.key
  $ rk certs renew pump --issuer names --reason migration
  $ made
  $ printf '[defaults]\nsan = ["dns:{unit}.example.com"]\nsubject = "CN={unit}.example.com"\n' >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk certs renew pump --issuer names --reason migration | tail -1
  $ openssl verify -CAfile top.pem -untrusted names.own pump/online/current/cert.pem
  $ rm "$XDG_CONFIG_HOME/rekey/config.toml"
  $ ca kept 'nameConstraints=critical,excluded;DNS:pump\n'
  $ rk -q issuers add kept --cert kept.pem --key kept.key
  $ rk certs renew pump --issuer kept --reason migration

Path length: a chain that is too long is told when it is brought.

  $ ca short ''; printf "$base" | sed 's/TRUE/TRUE,pathlen:0/' >short.ext
  $ openssl x509 -req -in short.csr -signkey short.key -days 4000 -extfile short.ext -out short.pem 2>/dev/null
  $ ca deep '' short
  $ rk issuers add deep --cert deep.pem --key deep.key

A policy that the CA above asks for, and that nothing here has.

  $ ca strict ''; ca policies 'policyConstraints=requireExplicitPolicy:0\n' strict
  $ rk -q issuers add policies --cert policies.pem --key policies.key
  $ rk certs renew pump --issuer policies --reason migration
  $ made
