While a fleet moves from one CA to another, both halves understand each other.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init; rk -q issuers create next
  $ for each in a b c; do mkdir $each; rk -q units add $each dir:$each --type online; rk -q certs generate $each; done
  $ roots() { openssl crl2pkcs7 -nocrl -certfile "$1" | openssl pkcs7 -print_certs -noout | sed -n 's/ = /=/g; /subject/p' | scrub | sort; }
  $ trusts() { openssl verify -CAfile "$1/online/current/trust.pem" -untrusted "$2/online/current/fullchain.pem" "$2/online/current/cert.pem"; }
  $ talk() { # SERVER CLIENT: each verifies the other, with nothing but its own files
  >     local s=$1/online/current c=$2/online/current
  >     openssl s_server -accept 127.0.0.1:0 -cert $s/cert.pem -cert_chain $s/chain.pem -key $s/key.pem -CAfile $s/trust.pem -Verify 3 -verify_return_error -naccept 1 -www >server.log 2>&1 &
  >     local pid=$! port=; for i in $(seq 100); do port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log); [ "$port" ] && break; sleep 0.1; done
  >     echo | openssl s_client -connect 127.0.0.1:$port -cert $c/cert.pem -cert_chain $c/chain.pem -key $c/key.pem -CAfile $c/trust.pem -verify_return_error >client.log 2>&1
  >     kill $pid 2>/dev/null; wait $pid 2>/dev/null; grep -o 'Verify return code: .*' client.log | head -1; }
  $ roots a/online/current/trust.pem
  subject=CN=rekey local <ca>
  $ cmp a/online/current/trust.pem a/online/current/chain.pem && trusts a b
  b/online/current/cert.pem: OK

The first one moves. It trusts both at once; the others do when they are told.

  $ rk -q certs renew a --issuer next --reason migration
  $ roots a/online/current/trust.pem
  subject=CN=rekey local <ca>
  subject=CN=rekey next <ca>
  $ trusts a b
  b/online/current/cert.pem: OK
  $ trusts b a 2>&1 | scrub | head -2
  CN = rekey next <ca>
  error 19 at 1 depth lookup: self-signed certificate in certificate chain
  $ openssl verify -CAfile a/online/current/chain.pem b/online/current/cert.pem
  b/online/current/cert.pem: OK
  $ rk certs verify
  ! warning: b/online does not trust 'CN=rekey next <ca>', from which certificates are in use
  !   rekey certs renew b/online --chain-only
  ! warning: c/online does not trust 'CN=rekey next <ca>', from which certificates are in use
  !   rekey certs renew c/online --chain-only
  ! every slot holds what is recorded
  $ before=$(sha256sum b/online/current/key.pem b/online/current/cert.pem b/online/current/fullchain.pem)
  $ rk certs renew b c --chain-only
  SLOT      OUTCOME        REASON  OLD NUMBER    NEW NUMBER
  b/online  chain_renewed  manual  <1>  <1>
  c/online  chain_renewed  manual  <2>  <2>
  ! run 5: 2 with a new chain
  $ test "$before" = "$(sha256sum b/online/current/key.pem b/online/current/cert.pem b/online/current/fullchain.pem)" && echo the same
  the same
  $ trusts b a; trusts a b; trusts c a
  a/online/current/cert.pem: OK
  b/online/current/cert.pem: OK
  a/online/current/cert.pem: OK
  $ talk a b; talk b a
  Verify return code: 0 (ok)
  Verify return code: 0 (ok)
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk issuers export --all >/dev/null; cmp "$CRAMTMP/stdout" b/online/current/trust.pem && echo as exported
  as exported
  $ stat -c %a b/online/current/trust.pem
  644

When all have moved, nobody needs the old one.

  $ rk -q certs renew b c --issuer next --reason migration
  $ roots c/online/current/trust.pem
  subject=CN=rekey local <ca>
  subject=CN=rekey next <ca>
  $ rk issuers export --all >/dev/null; roots "$CRAMTMP/stdout"
  subject=CN=rekey next <ca>
  $ rk -q certs renew --all --chain-only
  $ roots a/online/current/trust.pem
  subject=CN=rekey next <ca>
  $ cmp a/online/current/trust.pem a/online/current/chain.pem
  $ rk certs verify
  ! every slot holds what is recorded

One that lost its roots is told, and gets them.

  $ rm b/online/current/trust.pem; rk certs verify
  ! warning: b/online does not trust 'CN=rekey next <ca>', from which certificates are in use
  !   rekey certs renew b/online --chain-only
  ! every slot holds what is recorded
  $ rk -q certs renew b --chain-only; roots b/online/current/trust.pem
  subject=CN=rekey next <ca>
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk issuers export local --all
  ! rekey: name one issuer, or say --all
  !   rekey issuers export NAME
  [2]
  $ rk issuers export
  ! rekey: name one issuer, or say --all
  !   rekey issuers export NAME
  [2]
