Private keys in the forms in which people have them; judged by openssl.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  $ try() {
  >     rk -q credential add "$1" --client-id "C.$1" --key-id k --key "$2" --offline "${@:3}" || return
  >     sqlite3 home/rekey.db "SELECT count(DISTINCT key_fingerprint) FROM credentials"
  > }
  $ try pem key.pem
  $ sed ':a;N;$!ba;s/\n/\\n/g' key.pem > literal && try literal literal
  $ sed 's/^/      /' key.pem > indented && try indented indented
  $ tr '\n' ' ' < key.pem > line && try line line
  $ base64 -w 0 key.pem > base64 && try base64 base64
  $ base64 key.pem | sed 's/^/  /' > base64lines && try base64lines base64lines
  $ iconv -t UTF-16 key.pem > utf16 && try utf16 utf16
  $ iconv -t UTF-16BE key.pem > utf16be && try utf16be utf16be
  $ openssl pkey -in key.pem -outform DER -out der && try der der
  $ openssl ec -in key.pem -out sec1 2>/dev/null && sed 's/^/\t/' sec1 > sec1indented && try sec1 sec1indented
  $ python3 - key.pem > key.jwk <<'END'
  > import base64, json, subprocess, sys
  > der = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", sys.argv[1], "-outform", "DER"], capture_output=True).stdout
  > number = lambda at: base64.urlsafe_b64encode(der[at:at + 32]).rstrip(b"=").decode()
  > print(json.dumps({"kty": "EC", "crv": "P-256", "kid": "k", "d": number(36), "x": number(74), "y": number(106)}, indent=4))
  > END
  $ try jwk key.jwk
  $ openssl req -x509 -key key.pem -subj /CN=x -days 9 -out cert.pem
  $ echo secret > pass
  $ openssl pkcs12 -export -inkey key.pem -in cert.pem -passout file:pass -out key.p12 && try p12 key.p12 --passphrase-file pass
  $ openssl pkcs12 -export -legacy -inkey key.pem -in cert.pem -passout file:pass -out old.p12 && try p12old old.p12 --passphrase-file pass
  $ base64 key.p12 > p12text && try p12text p12text --passphrase-file pass
  $ openssl pkcs8 -topk8 -in key.pem -passout file:pass -out sealed && sed 's/^/  /' sealed > sealedindented && try sealed sealedindented --passphrase-file pass

What is refused says why:

  $ echo wrong > wrong
  $ try no1 key.p12 --passphrase-file wrong
  $ openssl pkcs12 -export -nokeys -in cert.pem -passout file:pass -out certs.p12 && try no2 certs.p12 --passphrase-file pass
  $ sed 's/^ *"d".*//' key.jwk > public.jwk && try no3 public.jwk
  $ openssl x509 -in cert.pem -outform DER -out cert.der && try no4 cert.der
  $ head -c 200 /dev/urandom > noise && try no5 noise 2>&1 | head -1 | cut -c1-30
