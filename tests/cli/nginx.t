A real TLS server keeps serving while its certificate is adopted and renewed.

  $ . "$TESTDIR/setup.sh"
  $ mkdir unit www

A certificate of its own making, and nginx on a free port with it.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout www/key.pem -out www/cert.pem \
  >     -subj /CN=www.example -addext subjectAltName=DNS:www.example,DNS:localhost -days 30 2>/dev/null
  $ cp www/key.pem before.pem
  $ port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
  $ cat > nginx.conf <<END
  > pid $T/nginx.pid;
  > error_log $T/error.log;
  > events {}
  > http {
  >     access_log off;
  >     client_body_temp_path $T/body; proxy_temp_path $T/proxy; fastcgi_temp_path $T/fastcgi;
  >     uwsgi_temp_path $T/uwsgi; scgi_temp_path $T/scgi;
  >     server {
  >         listen 127.0.0.1:$port ssl;
  >         ssl_certificate $T/www/cert.pem;
  >         ssl_certificate_key $T/www/key.pem;
  >     }
  > }
  > END
  $ nginx=$(PATH=$PATH:/usr/sbin:/sbin type -P nginx)
  $ "$nginx" -p "$T" -c nginx.conf 2>/dev/null
  $ trap '"$nginx" -p "$T" -c nginx.conf -s stop 2>/dev/null; while [ -e nginx.pid ]; do sleep 0.05; done' EXIT
  $ show() { timeout 10 openssl s_client -connect 127.0.0.1:$port -servername localhost "$@" 2>/dev/null </dev/null; }
  $ served() { show | openssl x509 -noout -serial | cut -d= -f2; }

The pair is adopted: the old paths lead into the slot, and the server serves what it did.

  $ rk -q init
  $ rk -q units add web dir:unit --reload "'$nginx' -p '$T' -c nginx.conf -s reload" --probe 127.0.0.1:$port
  $ rk -q units adopt web online --cert www/cert.pem --key www/key.pem --accept-names
  $ readlink www/cert.pem www/key.pem | sed "s|$T|\$T|"
  $T/unit/online/current/fullchain.pem
  $T/unit/online/current/key.pem
  $ cmp before.pem unit/online/gen/000001/key.pem
  $ number() { rk --json certs list web >/dev/null; perl -0ne 'print /"number":"(\w+)"/' "$CRAMTMP/stdout"; }
  $ test "$(served)" = "$(number)" && echo same
  same

A loop of handshakes goes on during the renewal; none of them fails. The names of the old certificate
stay, since no profile sets others.

  $ (while [ ! -e stop ]; do show >/dev/null && echo ok || echo failed; done >handshakes) &
  $ sleep 0.5
  $ rk certs renew web/online --reason policy
  SLOT +OUTCOME +REASON +OLD NUMBER +NEW NUMBER (re)
  web/online +renewed +policy +<\d+> +<\d+> (re)
  ! run 1: 1 renewed
  $ sleep 0.5; touch stop; wait $!
  $ sort -u handshakes
  ok
  $ test "$(wc -l <handshakes)" -gt 3 && echo many
  many
  $ test "$(served)" = "$(number)" && echo new
  new
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" ca.pem
  $ show -CAfile ca.pem -verify_hostname www.example -verify_return_error | grep -o 'Verify return code.*' | sort -u
  Verify return code: 0 (ok)

When the reload command fails, slot and server are back on the pair before, and the exit code says so.

  $ before=$(served)
  $ rk -q units set web --reload 'echo no such service; exit 3'
  $ rk -q certs renew web/online
  ! warning: web/online failed: .*exit(ed)? (with )?(status )?3.*no such service.* (re)
  [1]
  $ test "$(served)" = "$before" -a "$(number)" = "$before" && echo as before
  as before
  $ openssl pkey -in unit/online/current/key.pem -pubout >a; openssl x509 -in unit/online/current/cert.pem -noout -pubkey >b
  $ cmp a b
  $ rk certs verify web
  ! every slot holds what is recorded

A reload that says yes and does nothing is found out by the probe.

  $ rk -q units set web --reload true
  $ rk -q certs renew web/online
  ! warning: web/online failed: 127.0.0.1:\d+ serves certificate <\d+>, not <\d+> (re)
  [1]
  $ test "$(served)" = "$before" -a "$(number)" = "$before" && echo as before
  as before
  $ rk audit verify | head -3
  entries   \d+ (re)
  head      <sha256>
  sound     true
