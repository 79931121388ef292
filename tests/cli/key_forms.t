Private keys in the forms in which people have them; judged by openssl.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  $ try() {
  >     rk -q credential add "$1" --client-id "C.$1" --key-id k --key "$2" --offline "${@:3}" || return
  >     sqlite3 home/rekey.db "SELECT count(DISTINCT key_fingerprint) FROM credentials"
  > }
  $ try pem key.pem
  1
  $ sed ':a;N;$!ba;s/\n/\\n/g' key.pem > literal && try literal literal
  1
  $ sed 's/^/      /' key.pem > indented && try indented indented
  1
  $ tr '\n' ' ' < key.pem > line && try line line
  1
  $ base64 -w 0 key.pem > base64 && try base64 base64
  1
  $ base64 key.pem | sed 's/^/  /' > base64lines && try base64lines base64lines
  1
  $ iconv -t UTF-16 key.pem > utf16 && try utf16 utf16
  1
  $ iconv -t UTF-16BE key.pem > utf16be && try utf16be utf16be
  1
  $ openssl pkey -in key.pem -outform DER -out der && try der der
  1
  $ openssl ec -in key.pem -out sec1 2>/dev/null && sed 's/^/\t/' sec1 > sec1indented && try sec1 sec1indented
  1
  $ python3 - key.pem > key.jwk <<'END'
  > import base64, json, subprocess, sys
  > der = subprocess.run(["openssl", "pkcs8", "-topk8", "-nocrypt", "-in", sys.argv[1], "-outform", "DER"], capture_output=True).stdout
  > number = lambda at: base64.urlsafe_b64encode(der[at:at + 32]).rstrip(b"=").decode()
  > print(json.dumps({"kty": "EC", "crv": "P-256", "kid": "k", "d": number(36), "x": number(74), "y": number(106)}, indent=4))
  > END
  $ try jwk key.jwk
  1
  $ openssl req -x509 -key key.pem -subj /CN=x -days 9 -out cert.pem 2>/dev/null
  $ echo secret > pass
  $ openssl pkcs12 -export -inkey key.pem -in cert.pem -passout file:pass -out key.p12 && try p12 key.p12 --passphrase-file pass
  1
  $ openssl pkcs12 -export -legacy -inkey key.pem -in cert.pem -passout file:pass -out old.p12 && try p12old old.p12 --passphrase-file pass
  1
  $ base64 key.p12 > p12text && try p12text p12text --passphrase-file pass
  1
  $ openssl pkcs8 -topk8 -in key.pem -passout file:pass -out sealed && sed 's/^/  /' sealed > sealedindented && try sealed sealedindented --passphrase-file pass
  1

What is refused says why:

  $ echo wrong > wrong
  $ try no1 key.p12 --passphrase-file wrong
  ! rekey: the key: a private key that is encrypted with another passphrase
  !   give the passphrase of this key
  [2]
  $ openssl pkcs12 -export -nokeys -in cert.pem -passout file:pass -out certs.p12 && try no2 certs.p12 --passphrase-file pass
  ! rekey: the key: a PKCS #12 file without a key outside of its encrypted part
  !   give the file that holds the private key; if this one does, take it out: openssl pkcs12 -in FILE -nocerts -out KEY
  [2]
  $ sed 's/^ *"d".*//' key.jwk > public.jwk && try no3 public.jwk
  ! rekey: the key: a public JSON Web Key, where a private key is needed
  !   a private one has the member "d"
  [2]
  $ openssl x509 -in cert.pem -outform DER -out cert.der && try no4 cert.der
  ! rekey: the key: a certificate, where a private key is needed
  !   give the file that holds the private key
  [2]
  $ python3 -c 'import random, sys; random.seed(1); sys.stdout.buffer.write(random.randbytes(200))' > noise && try no5 noise
  ! rekey: the key: not PEM, where a private key in PEM is needed
  !   it is a text with the lines -----BEGIN \xe2\x80\xa6----- and -----END \xe2\x80\xa6----- (esc)
  [2]
