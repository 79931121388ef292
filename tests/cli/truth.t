Checks tell the truth: what is wrong is seen by each command whose business it is, in the same words.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2026-03-01T12:00:00Z

A home that cannot be made leaves nothing behind.

  $ rk init --organization "An organisation whose name is longer than the sixty-four characters of X.520"
  $ ls -d home
  $ rk init --organization "$(printf 'a\377')"
  $ rk --no-input init --passphrase
  $ ls -d home
  $ rk init --organization Example

Names: an address is found as one, underscores and digits as host names; what no certificate can carry is told at once.

  $ for n in pump_1 00012345 10.0.0.5 trailing-; do mkdir $n; rk units add $n dir:$n --type online; rk certs generate $n --output csv | cut -d, -f4 | tail -1; openssl x509 -in $n/online/current/cert.pem -noout -ext subjectAltName 2>/dev/null | tail -1; done
  $ rk policy check
  $ rk doctor
  $ rk certs check
  $ rk report --format json | jq -c '.alerts'
  $ rk units remove trailing-; rk policy check

An empty slot that was asked for.

  $ mkdir e; rk -q units add e dir:e --type online
  $ rk certs check; rk doctor; rk report --format json | jq -c '.alerts[] | [.kind, .total]'
  $ rk -q certs generate e >/dev/null; rk certs check

A certificate that is not valid yet, which somebody made with a clock that was ahead.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3000 -subj /CN=CA 2>/dev/null
  $ at +2mo openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout early.key -out early.pem -days 300 -subj /CN=early -addext subjectAltName=DNS:early 2>/dev/null
  $ mkdir early; rk -q units add early dir:early --type online
  $ rk units adopt early online --cert early.pem --key early.key >/dev/null
  $ rk certs check
  $ rk policy check | head -3
  $ rk doctor
  $ rk report --format json | jq -c '.alerts[] | [.kind, .first]'
  $ rk units remove early

Two units on one folder: the same, by another path, by a link, inside of one another.

  $ mkdir -p u/a/online u/b; ln -s a u/link; rk -q units add a dir:u/a --type online
  $ rk units add b dir:u/./a/
  $ rk units add b dir:$T/u/a/../a
  $ rk units add b dir:u/link
  $ rk units add b dir:u/a/online
  $ rk units add b dir:u
  $ rk -q units add b dir:u/b --type online
  $ rk units set b --address dir:u/link
  $ rmdir u/b; ln -s a u/b
  $ rk doctor
  $ rm u/b; mkdir u/b; for n in a b; do rk -q certs generate $n >/dev/null; done; rk doctor

An issuer that is about to end, and a unit that nobody saw for long.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout short.key -out short.pem -days 40 -subj /CN=Short -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  $ rk -q issuers add short --cert short.pem --key short.key; rk -q certs renew a --issuer short --reason migration >/dev/null
  $ rk doctor
  $ at +15d rk doctor; at +15d rk certs check
  $ at +35d rk certs check
  $ rk -q certs renew a --issuer local --reason migration >/dev/null
  $ rk -q units set e --address ssh://localhost:1/none
  $ at +100d rk doctor | grep asked; at +100d rk report --format json | jq -c '.alerts[] | [.kind, .total, .first]'

The noted head of the trail: eight digits or more, and what was matched is said.

  $ raw() { timed "$REKEY_BINARY" "$@"; }
  $ head=$(raw audit verify --json | jq -r .head)
  $ raw audit verify --head "${head:0:8}" --json 2>/dev/null | jq -c 'del(.entries, .head, .noted) | .noted_entry |= (. != null)'
  $ raw audit verify --head "$(echo "$head" | tr A-F a-f)" 2>&1 >/dev/null | grep -o "is that of entry"
  $ raw audit verify --head "${head:0:7}" 2>/dev/null
  $ rk audit verify --head ''
  $ rk audit verify --head 'xyz'
  $ rk audit verify --head 0000000000 --json | jq -c '.noted_entry, .sound'

A pasted PEM: what is odd is named.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout web.key -out web.pem -days 300 -subj /CN=web -addext subjectAltName=DNS:web 2>/dev/null; cat web.pem ca.pem >full.pem
  $ mkdir o; rk -q units add o dir:o --type online
  $ try() { rk units adopt o online --cert "$1" --key "${2:-web.key}"; }
  $ sed '1s/^/ /' full.pem >1.pem; try 1.pem
  $ openssl x509 -in web.pem -trustout -out 2.pem; cat ca.pem >>2.pem; try 2.pem
  $ iconv -t UTF-16 full.pem >3.pem; try 3.pem
  $ sed ':a;N;$!ba;s/\n/\\n/g' full.pem >4.pem; try 4.pem
  $ sed ':a;N;$!ba;s/END CERTIFICATE-----\n/END CERTIFICATE-----/' full.pem >5.pem; try 5.pem
  $ (printf '\357\273\277'; cat full.pem) >6.pem; try 6.pem
  $ sed 's/-----BEGIN.*/& # leaf/' full.pem >7.pem; try 7.pem
  $ openssl pkey -in web.key -aes256 -passout pass:secret -out locked.key; try web.pem locked.key
  $ sed 's/^/    /' web.key >8.key; try web.pem 8.key
  $ sed 's/$/\r/' web.pem >9.pem; sed 's/$/  /' web.key >9.key; try 9.pem 9.key >/dev/null; ls -L o/online/current
