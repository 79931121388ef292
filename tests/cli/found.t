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
  $ n=$(serial x/online); rk -q units remove x
  $ rk units add y dir:x --type online
  ! y: online, holds 1 certificate, 1 new here
  $ rk certs list y
  $ rk certs show "$n" --json | jq -r '.unit, .state'
  $ rk certs revoke "$n" --reason keyCompromise
  [6]
  $ rk certs revoke "$n" --reason keyCompromise --force
  $ rk certs revoke y/online --reason keyCompromise --force
  $ in_list "$n"
  $ rk certs check
  [2]
  $ rk certs renew --due --verbose
  $ rk certs list y --history
  $ rk certs list x --history

Without a type its place is found: nothing is planned for it, and what is there can be revoked all the same.

  $ m=$(serial x/online); rk -q units remove y; rk units add z dir:x
  $ rk certs list z
  $ rk units show z | grep -e found -e slots
  $ rk certs renew z
  [1]
  $ rk certs renew z/online
  [2]
  $ rk certs renew --all --reason audit; rk certs renew --due
  $ rk certs revoke z/online --reason keyCompromise
  $ in_list "$m"
  $ rk units set z --type online; rk certs list z
  $ rk certs renew --due --verbose
  $ openssl verify -CAfile ca.pem x/online/current/cert.pem

After a restore, what was issued since the backup is drift of this home, and is taken like any.

  $ echo 'correct horse battery' >pp; chmod 600 pp
  $ rk -q backup --out b --passphrase-file pp; rk -q certs renew z >/dev/null; n=$(serial x/online)
  $ mv home gone; rk -q restore b --passphrase-file pp
  $ rk units check z
  [6]
  $ rk certs list z
  $ rk certs show "$n" --json | jq -r '.state, .issuer'
  $ rk units check z --adopt
  $ rk certs list z
  $ rk -q certs renew z --reason rotation >/dev/null; in_list "$n"

What is overwritten is revoked with the reason of the renewal, where it was signed here.

  $ cp -a home copy; rk -q --home copy certs renew z >/dev/null; rm -r copy; n=$(serial x/online)
  $ rk certs renew z --reason rotation
  [6]
  $ rk -q certs renew z --reason rotation --force >/dev/null; in_list "$n"

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
  $ rk -q issuers add company --cert company.pem --key company.key; rk certs list w
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.attribute") | .subject'
  $ rk certs revoke 1001 --reason superseded --force
  $ rk certs show 1001 --json | jq -r '.type'
  $ rk certs show w/namesake --json | jq -r '.number'
  $ rk certs show company:1001 --json | jq -r '.type'
  $ rk certs show local:1001
  [2]

A hostile unit makes up places; whatever an operator does in general, none of them gets a certificate.

  $ mkdir "$XDG_CONFIG_HOME/rekey"; cat >"$XDG_CONFIG_HOME/rekey/config.toml" <<'C'
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
  $ rk units check pump --adopt
  $ rk -q certs renew pump >/dev/null; rk certs generate pump; rk certs verify pump
  $ rk -q certs renew --all --reason audit >/dev/null; rk -q certs renew --all --force >/dev/null; rk -q certs renew --due
  $ for s in codesign bank/gateway stolen; do openssl x509 -in pump/$s/current/cert.pem -noout -issuer; done | scrub
  $ openssl verify -CAfile ca.pem pump/stolen/current/cert.pem
  $ sql "SELECT count(*) FROM items i JOIN slots s ON s.id = i.slot_id WHERE s.declared = 0"
  $ rk policy check; rk certs check; rk doctor

It goes when it is gone, and its rows with it.

  $ rm -r pump/codesign pump/bank pump/stolen; rk units check pump; rk units show pump | grep found
  $ sql "SELECT count(*) FROM slots WHERE declared = 0 AND unit_id IN (SELECT id FROM units WHERE removed_at IS NULL)"
  $ sql "SELECT count(*) FROM certificates WHERE state = 'foreign' AND subject IN ('CN=x', 'CN=y')"

However much a unit shows, little of it is recorded.

  $ for i in $(seq 40); do cp -a w/namesake pump/s$i; done; rk units check pump 2>&1 | tail -3
  $ sql "SELECT count(*) FROM slots WHERE declared = 0"
  $ rk certs list pump --state found | wc -l
  $ rm -r pump/s*; self_signed pump/big big -set_serial "0x7f$(printf '%0120d' 1)"; rk units check pump
  $ self_signed pump/long "$(printf 'a%.0s' $(seq 60))" -addext "subjectAltName=$(for i in $(seq 900); do printf 'DNS:host-%d.example,' $i; done)DNS:x"
  $ rk units check pump
  $ rm -r pump/big pump/long; rk -q units check pump

Every profile and every node that a unit may choose: what is signed is what was declared, and nothing else.

  $ mkdir many; { echo 'defaults.san = ["dns:{unit}.{type}.example"]'
  >     for p in admin build proxy; do printf '[type.%s]\nsubject = "CN=%s {node}"\nsan = ["dns:{node}.%s.example"]\nusages = ["codeSigning"]\nvalidity = "20y"\n' $p $p $p; done
  > } >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk -q units add many dir:many --type online --type main/proxy; rk -q certs generate many >/dev/null
  $ for node in '' bank main many; do for type in admin build proxy online codesign; do
  >     [ -e "many/${node:+$node/}$type/current" ] || self_signed "many/${node:+$node/}$type" bank
  > done; done
  $ rk -q units check many; rk -q units check many --adopt; rk -q units check
  $ for how in many '--all --reason policy' '--all --force' --due 'many --force --reason rotation' '--all --issuer local --reason migration'; do
  >     rk -q certs renew $how >/dev/null
  > done
  $ rk -q certs generate many >/dev/null; rk -q certs renew many/bank/admin >/dev/null; rk -q certs renew many/admin --force >/dev/null
  $ rk audit list --json | jq -r '.entries[] | select(.action == "certificate.issue" and (.subject | startswith("many/"))) | .subject' | sort | uniq -c
  $ for c in many/*/current/cert.pem many/*/*/current/cert.pem; do
  >     openssl verify -CAfile ca.pem $c >/dev/null 2>&1 && { echo $c; openssl x509 -in $c -noout -subject -ext subjectAltName,extendedKeyUsage; }
  > done

Whatever openssl says that the CA signed can be revoked, after any order of what happens to units and homes.

  $ "$TESTDIR/revocable.py" "$REKEY_BINARY" --walks 6 --seed 7
