Networks that inspect TLS: whose certificate it is, is said, and each way to trust it works.

  $ . "$TESTDIR/setup.sh"
  $ . "$TESTDIR/../peers/peer.sh"
  $ mkdir strict other
  $ make_ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/O=Example/CN=$2" -keyout $1.key -out $1.pem 2>/dev/null; }
  $ make_ca ca 'Example Inspection CA'
  $ make_ca another 'Another CA'
  $ openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=127.0.0.1 -keyout strict/tls.key -out tls.csr 2>/dev/null
  $ printf 'subjectAltName=IP:127.0.0.1\n' > tls.ext
  $ openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -days 30 -extfile tls.ext -out strict/tls.cert 2>/dev/null
  $ start_strict
  $ trap stop_provider EXIT
  $ rk -q init
  $ new_key 1.pem
  $ client BUSINESSAPI.1 k1 1.pem ours
  $ add() { ask credential add acme --client-id BUSINESSAPI.1 --key-id k1 --key 1.pem --patience 3s $endpoints "$@"; }

Nobody trusts it yet:

  $ add
  ! rekey: $url: SSL certificate problem: unable to get local issuer certificate; the certificate that was presented is issued by 'CN=Example Inspection CA,O=Example', and if that is not the provider's issuer, a proxy that inspects TLS has answered
  !   if your network inspects TLS, trust its CA: SSL_CERT_FILE=FILE, or ca_file in the configuration
  !   nothing was added; try again later, or add it unverified: --offline
  [4]
  $ SSL_CERT_FILE=another.pem add
  ! rekey: $url: SSL certificate problem: unable to get local issuer certificate; the certificate that was presented is issued by 'CN=Example Inspection CA,O=Example', and if that is not the provider's issuer, a proxy that inspects TLS has answered
  !   if your network inspects TLS, trust its CA: SSL_CERT_FILE=FILE, or ca_file in the configuration
  !   nothing was added; try again later, or add it unverified: --offline
  [4]
  $ add --offline
  ! acme: 'acme' is active, not verified yet
  $ ask credential verify acme --json | grep -o '"failure_class":"[a-z]*"'
  "failure_class":"untrusted"

Each way:

  $ SSL_CERT_FILE=ca.pem ask credential verify acme
  CREDENTIAL  TENANT  HEALTH  FAILURE
  acme        acme    ok
  $ CURL_CA_BUNDLE=ca.pem SSL_CERT_FILE=another.pem ask credential verify acme | tail -n 1
  acme        acme    ok
  $ mkdir folder && cp ca.pem folder/ && openssl rehash folder
  $ SSL_CERT_DIR=folder ask credential verify acme | tail -n 1
  acme        acme    ok
  $ printf 'ca_file = "%s/ca.pem"\n' "$T" > config.toml
  $ ask --config config.toml credential verify acme | tail -n 1
  acme        acme    ok
  $ ask --config config.toml tenants sync acme
  ! acme: 0 devices

It comes beside the others, and not in their place:

  $ printf 'ca_file = "%s/another.pem"\n' "$T" > config.toml
  $ SSL_CERT_FILE=ca.pem ask --config config.toml credential verify acme | tail -n 1
  acme        acme    ok
  $ ask --config config.toml credential verify acme | tail -n 1
  acme        acme    untrusted  $url: SSL certificate problem: unable to get local issuer certificate; the certificate that was presented is issued by 'CN=Example Inspection CA,O=Example', and if that is not the provider's issuer, a proxy that inspects TLS has answered

A file that is not there, or has no certificate, is no silence:

  $ printf 'ca_file = "%s/missing.pem"\n' "$T" > config.toml
  $ ask --config config.toml credential verify acme
  ! rekey: the CA file $T/missing.pem cannot be read
  !   ca_file in the configuration names a file with certificates, PEM
  [2]
  $ printf 'ca_file = "missing.pem"\n' > config.toml
  $ ask --config config.toml credential verify acme
  ! rekey: config.toml:1:11: ca_file cannot be 'missing.pem'
  !   it is an absolute path, as "/etc/ssl/inspection-ca.pem"
  [2]
  $ echo nothing > empty.pem
  $ printf 'ca_file = "%s/empty.pem"\n' "$T" > config.toml
  $ ask --config config.toml credential verify acme
  ! rekey: the CA file $T/empty.pem has no certificate
  !   ca_file in the configuration names a file with certificates, PEM
  [2]
