A chain lives as long as its shortest certificate, and can be replaced.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >ca.ext
  $ key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1.key"; openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"; }
  $ root() { openssl x509 -req -in "${3:-root}.csr" -signkey "${3:-root}.key" -days "$2" -extfile "${4:-ca.ext}" -out "$1.pem" 2>/dev/null; }
  $ below() { openssl x509 -req -in "$3.csr" -CA "$2.pem" -CAkey root.key -CAcreateserial -days 5000 -extfile "${4:-ca.ext}" -out "$1.pem" 2>/dev/null; }
  $ key root; key int; root root1 20; below int1 root1 int; cat int1.pem root1.pem >chain1.pem
  $ number() { openssl x509 -in "$1/online/current/cert.pem" -noout -serial; }
  $ keys() { for each in "$@"; do openssl pkey -in "$each/online/current/key.pem" -pubout; done | sha256sum; }
  $ mkdir gate; rk -q init; rk issuers add company --cert chain1.pem --key int.key
  $ rk -q issuers default company; rk -q units add gate dir:gate --type online

The root ends in twenty days: what is made below it does too, and everybody says which certificate that is.

  $ rk certs generate gate | tail -3
  $ rk issuers list
  $ rk certs check
  $ rk doctor
  $ rk policy check
  $ rk metrics | grep '^rekey_issuers'
  $ rk report --json | grep -A3 '"concerns"'
  $ at +19d rk certs check
  $ at +19d rk certs renew --due
  $ at +21d rk certs check
  $ at +21d rk certs renew --due
  $ at +21d rk certs renew gate --reason manual
  $ at +21d rk doctor

A chain with an ended member, or one that is not valid yet, is not taken at all.

  $ at +21d rk issuers add late --cert chain1.pem --key int.key
  $ at -2d rk issuers add early --cert chain1.pem --key int.key

The remedy that is named works: another root certificate, for the same name and key.

  $ rk -q doctor --accept-clock >/dev/null
  $ root root2 7300; cat int1.pem root2.pem >chain2.pem
  $ openssl verify -CAfile root2.pem -untrusted int1.pem gate/online/current/cert.pem
  $ rk issuers renew company
  $ key other; root other 300 other; below int3 root2 other; cat int3.pem root2.pem >chain3.pem
  $ rk issuers renew company --cert chain3.pem
  $ rk issuers renew company --cert int1.pem
  $ rk issuers renew company --cert root2.pem
  $ rk issuers renew company --cert missing.pem
  $ rk issuers renew company --cert chain2.pem
  $ rk issuers renew company --cert chain2.pem
  $ rk issuers add company --cert chain2.pem --key int.key
  $ rk issuers add company2 --cert chain1.pem --key int.key
  $ rk issuers show company | tail -5
  $ sqlite3 home/rekey.db "SELECT action, subject, detail ->> 'chain_ended_at', detail ->> 'chain_ends_at' FROM audit WHERE action = 'issuer.renew'"
  $ rk certs renew --due
  $ rk certs list
  $ openssl verify -CAfile root2.pem -untrusted int1.pem gate/online/current/cert.pem
  $ rk -q certs renew gate
  $ rk certs check
  $ rk doctor

Now a chain that ends before the certificate does, as a root that is renewed for a short time. Key and certificate stay.

  $ root root4 30; cat int1.pem root4.pem >chain4.pem
  $ rk -q issuers renew company --cert chain4.pem
  $ before=$(number gate; keys gate)
  $ rk certs renew gate --chain-only
  $ test "$before" = "$(number gate; keys gate)" && echo the same
  $ cmp chain4.pem gate/online/current/chain.pem && cat gate/online/current/{cert,chain}.pem | cmp - gate/online/current/fullchain.pem
  $ rk certs list
  $ rk certs show gate/online --json | grep -E 'expires_at|days_left|chain_ends_at|ends_with'
  $ rk policy explain gate/online | tail -4
  $ rk certs timeline
  $ rk certs check
  $ rk certs verify

Once the issuer has a chain that lasts, that is all that is due.

  $ rk -q issuers renew company --cert chain2.pem
  $ rk certs renew --due --dry-run
  $ rk certs renew --due --verbose
  $ test "$before" = "$(number gate; keys gate)" && echo the same
  $ openssl verify -CAfile gate/online/current/trust.pem -untrusted gate/online/current/fullchain.pem gate/online/current/cert.pem
  $ rk certs renew --due
  $ rk certs list
  $ rk certs verify
  $ sqlite3 home/rekey.db "SELECT action, subject, detail ->> 'chain_ended_at', detail ->> 'chain_ends_at', detail ->> 'why' FROM audit WHERE action = 'certificate.chain'"
  $ rk runs list | head -2
  $ ls gate/online/gen | wc -l

What has it all already is left as it is; a unit that is away is deferred, and caught up on.

  $ now=$(readlink gate/online/current)
  $ rk certs renew gate --chain-only | tail -1
  $ test "$now" = "$(readlink gate/online/current)" && echo as before
  $ rk -q issuers renew company --cert chain4.pem
  $ mv gate away; rk certs renew --all --chain-only
  $ mv away gate; rk units check gate; rk certs renew --due --verbose
  $ test "$before" = "$(number gate; keys gate)" && echo the same

A reload that fails brings the old chain back.

  $ rk -q issuers renew company --cert chain2.pem
  $ cp gate/online/current/fullchain.pem before.pem
  $ rk -q units set gate --reload 'exit 3'
  $ rk certs renew gate --chain-only
  $ cmp before.pem gate/online/current/fullchain.pem && test "$before" = "$(number gate; keys gate)" && echo as before
  $ rk certs verify
  $ rk -q units set gate --reload ''

What keeps the certificate can do nothing else with it.

  $ rk certs renew gate --chain-only --issuer local
  $ rk certs renew gate --chain-only --reason rotation
  $ rk certs renew gate --chain-only --no-revoke

A CA that was made here makes its own certificate anew; what it signed stays valid.

  $ mkdir pump; rk -q units add pump dir:pump --type online; rk -q certs renew gate --issuer local --reason migration
  $ rk -q certs generate pump; rk -q certs renew pump --issuer local --reason migration
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" local1.pem
  $ at +10y rk -q doctor --accept-clock >/dev/null
  $ at +10y rk issuers renew local
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" local2.pem
  $ at +9y openssl verify -CAfile local2.pem pump/online/current/cert.pem
  $ for each in local1 local2; do openssl x509 -in $each.pem -noout -subject -pubkey -ext subjectKeyIdentifier,basicConstraints,keyUsage; done | sort | uniq -c | awk '$1 != 2'
  $ openssl x509 -in local2.pem -noout -dates
  $ test "$(openssl x509 -in local1.pem -noout -serial)" != "$(openssl x509 -in local2.pem -noout -serial)" && echo another number
  $ sqlite3 home/rekey.db "SELECT count(*), count(DISTINCT generation) FROM earlier_issuer_chains e JOIN issuers i ON i.id = e.issuer_id WHERE i.name = 'local'"
  $ rk audit verify | tail -1
