While a fleet moves from one CA to another, both halves understand each other.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init; rk -q issuers create next
  $ for each in a b c; do mkdir $each; rk -q units add $each dir:$each --type online; rk -q certs generate $each; done
  $ roots() { openssl crl2pkcs7 -nocrl -certfile "$1" | openssl pkcs7 -print_certs -noout | grep subject | scrub | sort; }
  $ trusts() { openssl verify -CAfile "$1/online/current/trust.pem" -untrusted "$2/online/current/fullchain.pem" "$2/online/current/cert.pem"; }
  $ talk() { # SERVER CLIENT: each verifies the other, with nothing but its own files
  >     local s=$1/online/current c=$2/online/current
  >     openssl s_server -accept 127.0.0.1:0 -cert $s/cert.pem -cert_chain $s/chain.pem -key $s/key.pem -CAfile $s/trust.pem -Verify 3 -verify_return_error -naccept 1 -www >server.log 2>&1 &
  >     local pid=$! port=; for i in $(seq 100); do port=$(sed -n 's/^ACCEPT .*:\([0-9]*\)$/\1/p' server.log); [ "$port" ] && break; sleep 0.1; done
  >     echo | openssl s_client -connect 127.0.0.1:$port -cert $c/cert.pem -cert_chain $c/chain.pem -key $c/key.pem -CAfile $c/trust.pem -verify_return_error >client.log 2>&1
  >     kill $pid 2>/dev/null; wait $pid 2>/dev/null; grep -o 'Verify return code: .*' client.log | head -1; }
  $ roots a/online/current/trust.pem
  $ cmp a/online/current/trust.pem a/online/current/chain.pem && trusts a b

The first one moves. It trusts both at once; the others do when they are told.

  $ rk -q certs renew a --issuer next --reason migration
  $ roots a/online/current/trust.pem
  $ trusts a b
  $ trusts b a
  $ openssl verify -CAfile a/online/current/chain.pem b/online/current/cert.pem
  $ rk certs verify
  $ before=$(sha256sum b/online/current/key.pem b/online/current/cert.pem b/online/current/fullchain.pem)
  $ rk certs renew b c --chain-only
  $ test "$before" = "$(sha256sum b/online/current/key.pem b/online/current/cert.pem b/online/current/fullchain.pem)" && echo the same
  $ trusts b a; trusts a b; trusts c a
  $ talk a b; talk b a
  $ rk certs verify
  $ rk issuers export --all >/dev/null; cmp "$CRAMTMP/stdout" b/online/current/trust.pem && echo as exported
  $ stat -c %a b/online/current/trust.pem

When all have moved, nobody needs the old one.

  $ rk -q certs renew b c --issuer next --reason migration
  $ roots c/online/current/trust.pem
  $ rk issuers export --all >/dev/null; roots "$CRAMTMP/stdout"
  $ rk -q certs renew --all --chain-only
  $ roots a/online/current/trust.pem
  $ cmp a/online/current/trust.pem a/online/current/chain.pem
  $ rk certs verify
  $ rk issuers export local --all
  $ rk issuers export
