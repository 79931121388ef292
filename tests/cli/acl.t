Access control lists of keys, judged by getfacl.

  $ . "$TESTDIR/setup.sh"
  $ rk -q init; mkdir u; rk -q units add gate dir:u --type online; rk -q certs generate gate
  $ key=u/online/current/key.pem
  $ setfacl -m u:daemon:r,m::r "$key" 2>err || { grep -q 'not supported' err && exit 80; cat err; }
  $ getfacl -c -p "$key" >before; grep -v '^$' before
  user::rw-
  user:daemon:r--
  group::---
  mask::r--
  other::---

Each new key has the same list; the certificate, which all may read, has none. The old key is another file.

  $ for run in 1 2 3; do rk -q certs renew gate; getfacl -c -p "$key" | cmp - before; done
  $ getfacl -c -p -s u/online/current/cert.pem
  $ openssl pkey -in "$key" -pubout | cmp - <(openssl x509 -in u/online/current/cert.pem -noout -pubkey)

A list that lets all users read is a risk: nothing is changed until somebody says that it is meant.

  $ setfacl -m o::r "$key"; getfacl -c -p "$key" >open; cp -L "$key" same
  $ rk certs renew gate >out 2>&1; echo "exit $?"
  exit 6
  $ cmp "$key" same; getfacl -c -p "$key" | cmp - open
  $ rk -q units set gate --keep-mode online; rk -q certs renew gate; getfacl -c -p "$key" | cmp - open

The list of a folder for what is made below it is not for keys.

  $ mkdir v; rk -q units add pump dir:v --type online; rk -q certs generate pump
  $ setfacl -d -m u:12345:rwx v/online v/online/gen; rk -q certs renew pump
  $ getfacl -c -p -s v/online/current/key.pem
  $ stat -L -c %a v/online/current/key.pem
  600
