What a unit shows: an issuer is known by its signature, and only the home decides what exists.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init --organization Example
  $ rk issuers export local >ca.pem
  $ sql() { sqlite3 home/rekey.db "$1" | scrub; }
  $ self_signed() {
  >     mkdir -p "$1/gen/000001"; ln -s gen/000001 "$1/current"
  >     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1/current/key.pem" \
  >         -out "$1/current/cert.pem" -days 90 -subj "/CN=$2" "${@:3}" 2>/dev/null
  >     cp "$1/current/cert.pem" "$1/current/fullchain.pem"; : >"$1/current/chain.pem"
  > }
  $ in_list() { rk -q issuers crl local --out list.pem; openssl crl -in list.pem -noout -text | grep -c "$1"; }
  $ serial() { openssl x509 -in "$1/current/cert.pem" -noout -serial | cut -d= -f2; }

A unit that gets another name keeps what is its: renewed when it is due, revoked by number and by slot.

  $ mkdir x; rk -q units add x dir:x --type online; rk -q certs generate x >/dev/null
  $ n=$(serial x/online); rk -q units remove x --yes
  $ rk units add y dir:x --type online
  ! y: online, holds 1 certificate, 1 new here
  $ rk certs list y
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  y/online  <1>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example
  $ rk certs show "$n" --json | jq -r '.unit, .state'
  x
  active
  $ rk certs revoke "$n" --reason keyCompromise
  ! rekey: certificate <1> is in use on y/online
  !   replace it, which revokes it: rekey certs renew y/online --reason compromise; or revoke it all the same: rekey certs revoke <1> --force
  [6]
  $ rk certs revoke "$n" --reason keyCompromise --force
  ! revoked certificate <1> of x/online for keyCompromise
  ! warning: y/online still uses it; replace it: rekey certs renew y/online --reason compromise
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ rk certs revoke y/online --reason keyCompromise --force
  ! certificate <1> of y/online was revoked for keyCompromise before
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ in_list "$n"
  1
  $ rk certs check
  CERTS CRITICAL - 1 certificate, 1 critical (1 revoked and in use), 0 warning; y/online expires 2036-03-01T12:00:00Z (in 3653 d) | total=1 warning=0 critical=1
  [2]
  $ rk certs renew --due --verbose
  SLOT      OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  y/online  renewed  compromise  <1>  <2>
  $ rk certs list y --history
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE    KEY      REASON      ISSUER
  y/online  <1>  2026-03-01  2036-03-01        revoked  ec-p256              CN=rekey local <ca>,O=Example
  y/online  <2>  2026-03-01  2036-03-01  3653  active   ec-p256  compromise  CN=rekey local <ca>,O=Example
  $ rk certs list x --history
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE    KEY      REASON  ISSUER
  x/online  <1>  2026-03-01  2036-03-01        revoked  ec-p256          CN=rekey local <ca>,O=Example

Without a type its place is found: nothing is planned for it, and what is there can be revoked all the same.

  $ m=$(serial x/online); rk -q units remove y --yes; rk units add z dir:x
  ! z: online, holds 1 certificate, 1 new here
  ! z/online: found, holds certificate <2> of issuer 'local', made for y/online
  ! nothing is signed for what was only found; to add it: rekey units set z --type online
  $ rk certs list z
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE  KEY      REASON  ISSUER
  z/online  <2>  2026-03-01  2036-03-01  3653  found  ec-p256          CN=rekey local <ca>,O=Example
  $ rk units show z | grep -e found -e slots
  slots  -
  found  online
  $ rk certs renew z
  ! rekey: unit 'z' holds no certificate that could be renewed
  !   it shows places that nobody declared; to add them: rekey units set z --type online
  [1]
  $ rk certs renew z/online
  ! rekey: z/online was only found on the unit, and nobody declared it
  !   to add it: rekey units set z --type online
  [2]
  $ rk certs renew --all --reason audit; rk certs renew --due
  ! nothing to do
  $ rk certs revoke z/online --reason keyCompromise
  ! revoked certificate <2> of z/online for keyCompromise
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ in_list "$m"
  1
  $ rk units set z --type online; rk certs list z
  ! z: changed
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE     KEY      REASON  ISSUER
  z/online  <2>  2026-03-01  2036-03-01  3653  revoked!  ec-p256          CN=rekey local <ca>,O=Example
  $ rk certs renew --due --verbose
  SLOT      OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  z/online  renewed  compromise  <2>  <3>
  $ openssl verify -CAfile ca.pem x/online/current/cert.pem
  x/online/current/cert.pem: OK

After a restore, what was issued since the backup is drift of this home, and is taken like any.

  $ echo 'correct horse battery' >pp; chmod 600 pp
  $ rk -q backup --out b --passphrase-file pp; rk -q certs renew z >/dev/null; n=$(serial x/online)
  $ mv home gone; rk -q restore --yes b --passphrase-file pp
  ! warning: lists of issuer 'local' were made before the backup that this home came from; what was revoked since is not known here
  !   name the list that was made last, which is read before it is replaced: rekey issuers crl local --out FILE
  $ rk units check z
  ! z: online, holds 1 certificate, 1 new here
  ! warning: z/online: holds certificate <4> of 'CN=rekey local <ca>,O=Example', not the recorded <3>
  ! to take what is on a unit: rekey units check z --adopt; to overwrite it: rekey certs renew z --force
  [6]
  $ rk certs list z
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON      ISSUER
  z/online  <3>  2026-03-01  2036-03-01  3653  active  ec-p256  compromise  CN=rekey local <ca>,O=Example
  $ rk certs show "$n" --json | jq -r '.state, .issuer'
  superseded
  CN=rekey local <ca>,O=Example
  $ rk units check z --adopt
  ! z: online, holds 1 certificate
  ! z: 1 of them recorded as in use
  $ rk certs list z
  SLOT      NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  z/online  <4>  2026-03-01  2036-03-01  3653  active  ec-p256          CN=rekey local <ca>,O=Example
  $ rk -q certs renew z --reason compromise --yes >/dev/null; in_list "$n"
  1

What is overwritten is revoked with the reason of the renewal, where it was signed here.

  $ cp -a home copy; rk -q --home copy certs renew z >/dev/null; rm -r copy; n=$(serial x/online)
  $ rk certs renew z --reason compromise --yes
  SLOT      OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  z/online  refused  compromise  <5>
  ! warning: z/online refused: the unit holds certificate <6> of 'CN=rekey local <ca>,O=Example', not the recorded <5>; take it: rekey units check z --adopt; or overwrite it: rekey certs renew z/online --force
  ! run 5: 1 refused
  [6]
  $ rk -q certs renew z --reason compromise --yes --force >/dev/null; in_list "$n"
  1

A CA that is brought along knows what it signed before; what bears its name only is foreign.

  $ for ca in company namesake; do
  >     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout $ca.key -out $ca.pem -days 3000 \
  >         -subj '/CN=Company CA' -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  >     mkdir -p w/$ca/gen/000001; ln -s gen/000001 w/$ca/current
  >     openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout w/$ca/current/key.pem -subj /CN=w \
  >         -out w.csr 2>/dev/null
  >     openssl x509 -req -in w.csr -CA $ca.pem -CAkey $ca.key -set_serial 0x1001 -days 30 \
  >         -out w/$ca/current/cert.pem 2>/dev/null
  >     cp w/$ca/current/cert.pem w/$ca/current/fullchain.pem; : >w/$ca/current/chain.pem
  > done
  $ rk -q units add w dir:w --type company --type namesake; rk certs list w
  ! warning: w/company: $T/w/company/gen/000001 was not made by rekey, and is left as it is
  !   find out whose it is; where another program needs it, give the slot another folder: another type, or another address of the unit
  ! warning: w/namesake: $T/w/namesake/gen/000001 was not made by rekey, and is left as it is
  !   find out whose it is; where another program needs it, give the slot another folder: another type, or another address of the unit
  SLOT        NUMBER  ISSUED      EXPIRES     DAYS  STATE    KEY      REASON  ISSUER
  w/company   1001    2026-03-01  2026-03-31    30  foreign  ec-p256          CN=Company CA
  w/namesake  1001    2026-03-01  2026-03-31    30  foreign  ec-p256          CN=Company CA
  $ rk -q issuers add company --cert company.pem --key company.key; rk certs list w
  SLOT        NUMBER  ISSUED      EXPIRES     DAYS  STATE    KEY      REASON  ISSUER
  w/company   1001    2026-03-01  2026-03-31    30  active   ec-p256          CN=Company CA
  w/namesake  1001    2026-03-01  2026-03-31    30  foreign  ec-p256          CN=Company CA
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.attribute") | .subject'
  w/company
  $ rk certs revoke 1001 --reason superseded --force
  ! revoked certificate 1001 of w/company for superseded
  ! warning: w/company still uses it; replace it: rekey certs renew w/company
  ! no list contains it yet: rekey issuers crl company --out FILE
  $ rk certs show 1001 --json | jq -r '.type'
  company
  $ rk certs show w/namesake --json | jq -r '.number'
  1001
  $ rk certs show company:1001 --json | jq -r '.type'
  company
  $ rk certs show local:1001
  ! rekey: there is no certificate local:1001
  !   see: rekey certs list --history
  [2]

A hostile unit makes up places; whatever an operator does in general, none of them gets a certificate.

  $ load_policy <<'C'
  > [type.codesign]
  > subject = "CN=Release Signing"
  > usages = ["codeSigning"]
  > [type.gateway]
  > san = ["dns:{node}.example"]
  > C
  $ mkdir pump build; rk -q units add build dir:build --type codesign; rk -q certs generate build >/dev/null
  $ rk -q units add pump dir:pump --type online; rk -q certs generate pump >/dev/null
  $ self_signed pump/codesign x; self_signed pump/bank/gateway y; cp -a build/codesign pump/stolen
  $ rk units check pump
  ! pump: online, holds 4 certificates, 3 new here
  ! pump/codesign: found, holds certificate <10> of 'CN=x'
  ! pump/stolen: found, holds certificate <11> of issuer 'local', made for build/codesign
  ! pump/bank/gateway: found, holds certificate <12> of 'CN=y'
  ! nothing is signed for what was only found; to add it: rekey units set pump --type codesign --type stolen --type bank/gateway
  $ rk units check pump --adopt
  ! pump: online, holds 4 certificates
  ! pump/codesign: found, holds certificate <10> of 'CN=x'
  ! pump/stolen: found, holds certificate <11> of issuer 'local', made for build/codesign
  ! pump/bank/gateway: found, holds certificate <12> of 'CN=y'
  ! nothing is signed for what was only found; to add it: rekey units set pump --type codesign --type stolen --type bank/gateway
  $ rk -q certs renew pump >/dev/null; rk certs generate pump; rk certs verify pump
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  pump/online  kept             <13>
  ! nothing to do
  ! filled slots were kept; to replace their certificates: rekey certs renew pump
  ! every slot holds what is recorded
  $ rk -q certs renew --all --reason audit >/dev/null; rk -q certs renew --all --force >/dev/null; rk -q certs renew --due
  $ for s in codesign bank/gateway stolen; do openssl x509 -in pump/$s/current/cert.pem -noout -issuer; done | scrub
  issuer=CN = x
  issuer=CN = y
  issuer=O = Example, CN = rekey local <ca>
  $ openssl verify -CAfile ca.pem pump/stolen/current/cert.pem
  pump/stolen/current/cert.pem: OK
  $ sql "SELECT count(*) FROM items i JOIN slots s ON s.id = i.slot_id WHERE s.declared = 0"
  0
  $ rm -r w/*/gen/000001; rk policy check; rk certs check; rk doctor
  ! 5 certificates in use, none violates policy
  CERTS OK - 5 certificates, 0 critical, 0 warning; build/codesign expires 2036-03-01T12:00:00Z (in 3653 d) | total=5 warning=0 critical=0
  ! the home is sound

It goes when it is gone, and its rows with it.

  $ rm -r pump/codesign pump/bank pump/stolen; rk units check pump; rk units show pump | grep found
  ! pump: online, holds 1 certificate
  found  -
  $ sql "SELECT count(*) FROM slots WHERE declared = 0 AND unit_id IN (SELECT id FROM units WHERE removed_at IS NULL)"
  0
  $ sql "SELECT count(*) FROM certificates WHERE state = 'foreign' AND subject IN ('CN=x', 'CN=y')"
  0

However much a unit shows, little of it is recorded.

  $ for i in $(seq 40); do cp -a w/namesake pump/s$i; done; rk units check pump 2>&1 | tail -3
  ! pump/s13: found, holds certificate <14> of issuer 'local', made for w/namesake
  ! pump: 35 more found
  ! nothing is signed for what was only found; to add it: rekey units set pump --type s1 --type s10 --type s11 --type s12 --type s13 ...
  $ sql "SELECT count(*) FROM slots WHERE declared = 0"
  32
  $ rk certs list pump --state found | wc -l
  33
  $ rm -r pump/s*; self_signed pump/big big -set_serial "0x7f$(printf '%0120d' 1)"; rk units check pump
  ! pump: online, holds 1 certificate
  ! pump/big: found, holds nothing that can be read: the certificate cannot be read: its number has more than 20 octets, which RFC 5280 does not allow
  ! nothing is signed for what was only found; to add it: rekey units set pump --type big
  $ self_signed pump/long "$(printf 'a%.0s' $(seq 60))" -addext "subjectAltName=$(for i in $(seq 900); do printf 'DNS:host-%d.example,' $i; done)DNS:x"
  $ rk units check pump
  ! pump: online, holds 1 certificate
  ! pump/big: found, holds nothing that can be read: the certificate cannot be read: its number has more than 20 octets, which RFC 5280 does not allow
  ! pump/long: found, holds nothing that can be read: the certificate is larger than 16384 bytes
  ! nothing is signed for what was only found; to add it: rekey units set pump --type big --type long
  $ rm -r pump/big pump/long; rk -q units check pump

Every profile and every node that a unit may choose: what is signed is what was declared, and nothing else.

  $ mkdir many; { echo 'defaults.san = ["dns:{unit}.{type}.example"]'
  >     for p in admin build proxy; do printf '[type.%s]\nsubject = "CN=%s {node}"\nsan = ["dns:{node}.%s.example"]\nusages = ["codeSigning"]\nvalidity = "20y"\n' $p $p $p; done
  > } | load_policy
  $ rk -q units add many dir:many --type online --type main/proxy; rk -q certs generate many >/dev/null
  $ for node in '' bank main many; do for type in admin build proxy online codesign; do
  >     [ -e "many/${node:+$node/}$type/current" ] || self_signed "many/${node:+$node/}$type" bank
  > done; done
  $ rk -q units check many; rk -q units check many --adopt; rk -q units check
  $ for how in many '--all --reason policy' '--all --force' --due 'many --force --reason compromise --yes' '--all --issuer local --reason migration'; do
  >     rk -q certs renew $how >/dev/null
  > done
  $ rk -q certs generate many >/dev/null; rk -q certs renew many/bank/admin >/dev/null; rk -q certs renew many/admin --force >/dev/null
  [2]
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.issue" and (.subject | startswith("many/"))) | .subject' | sort | uniq -c
        6 many/main/proxy
        6 many/online
  $ for c in many/*/current/cert.pem many/*/*/current/cert.pem; do
  >     openssl verify -CAfile ca.pem $c >/dev/null 2>&1 && { echo $c; openssl x509 -in $c -noout -subject -ext subjectAltName,extendedKeyUsage; }
  > done; true
  many/online/current/cert.pem
  subject=O = Example, CN = many
  X509v3 Extended Key Usage: 
      TLS Web Client Authentication, TLS Web Server Authentication
  X509v3 Subject Alternative Name: 
      DNS:many.online.example
  many/main/proxy/current/cert.pem
  subject=CN = proxy main
  X509v3 Extended Key Usage: 
      Code Signing
  X509v3 Subject Alternative Name: 
      DNS:main.proxy.example

Whatever openssl says that the CA signed can be revoked, after any order of what happens to units and homes.

  $ "$TESTDIR/revocable.py" "$REKEY_BINARY" --walks 6 --seed 7
  6 orders, 0 in which something signed here could not be revoked
