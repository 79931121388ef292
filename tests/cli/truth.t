Checks tell the truth: what is wrong is seen by each command whose business it is, in the same words.

  $ . "$TESTDIR/setup.sh"
  $ freeze 2026-03-01T12:00:00Z

A home that cannot be made leaves nothing behind.

  $ rk init --organization "An organisation whose name is longer than the sixty-four characters of X.520"
  ! rekey: subject attribute O: 'An organisation whose name is longer than the sixty-four characters of X.520' has more than 64 characters
  [2]
  $ ls -d home
  ls: cannot access 'home': No such file or directory
  [2]
  $ rk init --organization "$(printf 'a\377')"
  ! rekey: --organization: 'a\xFF' is not a text that can be shown
  !   it has a control character, or bytes that are not UTF-8
  [2]
  $ rk --no-input init --passphrase
  ! rekey: New passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change
  [2]
  $ ls -d home
  ls: cannot access 'home': No such file or directory
  [2]
  $ rk init --organization Example
  ! made a home at $T/home, with issuer 'local'

Names: an address is found as one, underscores and digits as host names; what no certificate can carry is told at once.

  $ for n in pump_1 00012345 10.0.0.5 trailing-; do mkdir $n; rk units add $n dir:$n --type online; rk certs generate $n --output csv | cut -d, -f4 | tail -1; openssl x509 -in $n/online/current/cert.pem -noout -ext subjectAltName 2>/dev/null | tail -1; done
  ! pump_1: online, holds 0 certificates
  ! run 1: 1 generated
      DNS:pump_1
  ! 00012345: online, holds 0 certificates
  ! run 2: 1 generated
      DNS:00012345
  ! 10.0.0.5: online, holds 0 certificates
  ! run 3: 1 generated
      IP Address:10.0.0.5
  ! trailing-: online, holds 0 certificates
  ! warning: trailing-/online has no alternative name (SAN), and clients look at nothing else
  !   set 'san' for its type or label in the policy; see rekey-policy(5)
  ! run 4: 1 generated
  $ rk policy check
  SLOT              NUMBER        RULE      VIOLATION
  trailing-/online  <4>  no_names  has no alternative name (SAN), and clients look at nothing else
  ! 1 of 4 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]
  $ rk doctor
  ABOUT  FINDING                                                                           REMEDY
  slots  trailing-/online has no alternative name (SAN), and clients look at nothing else  set 'san' for its type or label in the policy; see rekey-policy(5)
  [6]
  $ rk certs check
  CERTS OK - 4 certificates, 0 critical, 0 warning; 00012345/online expires 2036-03-01T12:00:00Z (in 3653 d) | total=4 warning=0 critical=0
  $ rk report --output json | jq -c '.alerts'
  [{"kind":"no_names","severity":"warning","total":1,"first":"trailing-/online has no alternative name (SAN), and clients look at nothing else","remedy":"set 'san' for its type or label in the policy; see rekey-policy(5)"}]
  $ rk units remove trailing- --yes; rk policy check
  ! trailing-: removed; what is on the unit was not touched
  ! 3 certificates in use, none violates policy

An empty slot that was asked for.

  $ mkdir e; rk -q units add e dir:e --type online
  $ rk certs check; rk doctor; rk report --output json | jq -c '.alerts[] | [.kind, .total]'
  CERTS WARNING - 3 certificates, 0 critical, 1 warning; 00012345/online expires 2036-03-01T12:00:00Z (in 3653 d); e/online is empty: its first certificate was never made | total=3 warning=1 critical=0
  ABOUT  FINDING                                                  REMEDY
  slots  e/online is empty: its first certificate was never made  make it: rekey certs generate e/online
  ["empty",1]
  $ rk -q certs generate e >/dev/null; rk certs check
  CERTS OK - 4 certificates, 0 critical, 0 warning; 00012345/online expires 2036-03-01T12:00:00Z (in 3653 d) | total=4 warning=0 critical=0

A certificate that is not valid yet, which somebody made with a clock that was ahead.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 3000 -subj /CN=CA 2>/dev/null
  $ at +2mo openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout early.key -out early.pem -days 300 -subj /CN=early -addext subjectAltName=DNS:early 2>/dev/null
  $ mkdir early; rk -q units add early dir:early --type online
  $ rk units adopt early online --cert early.pem --key early.key --accept-names >/dev/null
  $ rk certs check
  CERTS CRITICAL - 5 certificates, 1 critical, 0 warning; early/online expires 2027-02-25T12:00:00Z (in 361 d); early/online uses certificate <5>, which is not valid before 2026-05-01T12:00:00Z | total=5 warning=0 critical=1
  [2]
  $ rk policy check | head -3
  SLOT          NUMBER        RULE           VIOLATION
  early/online  <5>  not_valid_yet  uses certificate <5>, which is not valid before 2026-05-01T12:00:00Z
  ! 1 of 5 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  $ rk doctor
  ABOUT  FINDING                                                                                                                 REMEDY
  slots  early/online uses certificate <5>, which is not valid before 2026-05-01T12:00:00Z  make one that is valid now: rekey certs renew early/online
  [6]
  $ rk report --output json | jq -c '.alerts[] | [.kind, .first]'
  ["not_valid_yet","early/online uses certificate <5>, which is not valid before 2026-05-01T12:00:00Z"]
  ["due","early/online is due: issuer is none of this home, rules say 'local'"]
  $ rk units remove early --yes
  ! early: removed; what is on the unit was not touched

Two units on one folder: the same, by another path, by a link, inside of one another.

  $ mkdir -p u/a/online u/b; ln -s a u/link; rk -q units add a dir:u/a --type online
  $ rk units add b dir:u/./a/
  ! rekey: unit 'b' lies where unit 'a' does
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rk units add b dir:$T/u/a/../a
  ! rekey: unit 'b' lies where unit 'a' does
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rk units add b dir:u/link
  ! rekey: unit 'b' lies where unit 'a' does
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rk units add b dir:u/a/online
  ! rekey: unit 'b' lies inside of the folder of unit 'a'
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rk units add b dir:u
  ! rekey: unit 'b' has the folder of unit 'a' inside of its own
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rk -q units add b dir:u/b --type online
  $ rk units set b --address dir:u/link
  ! rekey: unit 'b' lies where unit 'a' does
  !   give it a folder of its own, or its slots to the other: rekey units set a --type TYPE
  [6]
  $ rmdir u/b; ln -s a u/b
  $ rk doctor
  ABOUT  FINDING                                                                  REMEDY
  slots  a/online is empty: its first certificate was never made                  make it: rekey certs generate a/online
  slots  b/online is empty: its first certificate was never made                  make it: rekey certs generate b/online
  units  unit b lies where unit 'a' does: each replaces what the other put there  remove one of them: rekey units remove b
  [6]
  $ rm u/b; mkdir u/b; for n in a b; do rk -q certs generate $n >/dev/null; done; rk doctor
  ! the home is sound

An issuer that is about to end, and a unit that nobody saw for long.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout short.key -out short.pem -days 120 -subj /CN=Short -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  $ rk -q issuers add short --cert short.pem --key short.key; rk -q certs renew a --issuer short --reason migration >/dev/null
  $ rk doctor
  ! the home is sound
  $ at +95d rk doctor; at +95d rk certs check
  ABOUT    FINDING                                      REMEDY
  issuers  issuer 'short' ends on 2026-06-29T12:00:00Z  renew it: rekey issuers renew short
  CERTS WARNING - 6 certificates, 0 critical, 2 warning; a/online expires 2026-06-29T12:00:00Z (in 25 d); issuer 'short' ends on 2026-06-29T12:00:00Z | total=6 warning=2 critical=0
  [1]
  $ at +115d rk certs check
  CERTS CRITICAL - 6 certificates, 2 critical, 0 warning; a/online expires 2026-06-29T12:00:00Z (in 5 d); issuer 'short' ends on 2026-06-29T12:00:00Z | total=6 warning=0 critical=2
  [2]
  $ rk -q certs renew a --issuer local --reason migration >/dev/null
  $ rk -q units set e --address ssh://localhost:1/none
  $ at +100d rk doctor | grep -o 'unit e was last asked on 2026-03-01T12:00:00Z'
  unit e was last asked on 2026-03-01T12:00:00Z
  $ at +100d rk report --output json | jq -c '.alerts[] | [.kind, .total, .first]'
  ["not_seen",1,"unit e was last asked on 2026-03-01T12:00:00Z"]
  ["backup",1,"the home was never backed up"]

The noted head of the trail: eight digits or more, and what was matched is said.

  $ raw() { timed "$REKEY_BINARY" "$@"; }
  $ head=$(raw audit verify --json | jq -r .head)
  $ raw audit verify --head "${head:0:8}" --json 2>/dev/null | jq -c 'del(.entries, .head, .noted) | .noted_entry |= (. != null)'
  {"noted_entry":true,"sound":true,"problems":[]}
  $ raw audit verify --head "$(echo "$head" | tr A-F a-f)" 2>&1 >/dev/null | grep -o "is that of entry"
  is that of entry
  $ raw audit verify --head "${head:0:7}" 2>/dev/null
  [2]
  $ rk audit verify --head ''
  ! rekey: --head: '' has 0 digits
  !   give the hash that was noted, or its first 8 digits at least; without --head, the chain alone is checked
  [2]
  $ rk audit verify --head 'xyz'
  ! rekey: --head: 'xyz' is not a hash
  !   it is hex
  [2]
  $ rk audit verify --head 0000000000 --json | jq -c '.noted_entry, .sound'
  null
  false

The same of a trail that was exported, without its home: each line that was tampered with is named.

  $ raw audit export >trail.jsonl
  $ away() { REKEY_HOME=$T/nowhere raw audit verify "$@" --json 2>/dev/null; }
  $ away trail.jsonl --head "$head" | jq -c '[.sound, .problems]'
  [true,[]]
  $ tampered() { sed "$1" trail.jsonl >bent.jsonl; away bent.jsonl | jq -r '.problems[]'; }
  $ tampered '3s/"subject":"/&x/'
  line 3: entry 3 does not fit its hash, or not the entry before it
  $ tampered 3d
  line 3: entry 3 is missing before it
  $ tampered 3p
  line 4: entry 3 is there again
  $ tampered '3s/"subject":/"subject":"another",&/'
  line 3: it is no entry of a trail
  line 4: entry 3 is missing before it
  $ tampered '3{h;d};4G'
  line 3: entry 3 is missing before it
  line 4: entry 3 comes after entry 4
  $ tampered '3s/"seq":3/&,"note":"x"/'
  line 3: it is no entry of a trail
  line 4: entry 3 is missing before it
  $ tampered '$d'; away bent.jsonl --head "$head" | jq -r '.problems[]' | scrub
  no entry has the noted hash <sha256>: the chain was replaced or cut
  $ away bent.jsonl >/dev/null; away bent.jsonl --head "$head" >/dev/null
  [6]
  $ rk -q audit verify nothing.jsonl
  ! rekey: nothing.jsonl cannot be read: No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  [2]

A pasted PEM: what is odd is named.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout web.key -out web.pem -days 300 -subj /CN=web -addext subjectAltName=DNS:web 2>/dev/null; cat web.pem ca.pem >full.pem
  $ mkdir o; rk -q units add o dir:o --type online
  $ try() { rk units adopt o online --cert "$1" --key "${2:-web.key}" --accept-names; }
  $ sed '1s/^/ /' full.pem >1.pem; try 1.pem
  ! rekey: $T/1.pem: line 1 of the PEM has something before its -----BEGIN
  !   a boundary begins its line: remove what comes before it, including spaces
  [2]
  $ openssl x509 -in web.pem -trustout -out 2.pem; cat ca.pem >>2.pem; try 2.pem
  ! rekey: $T/2.pem: a certificate in OpenSSL's own form (BEGIN TRUSTED CERTIFICATE)
  !   write it as others read it: openssl x509 -in FILE -out NEW
  [2]
  $ iconv -t UTF-16 full.pem >3.pem; try 3.pem
  ! rekey: $T/3.pem: a text in UTF-16, where PEM is needed
  !   convert it: iconv -f UTF-16 -t UTF-8 FILE >NEW
  [2]
  $ sed ':a;N;$!ba;s/\n/\\n/g' full.pem >4.pem; try 4.pem
  ! rekey: $T/4.pem: the line breaks of the PEM are written as \n, as in JSON or an environment file
  !   write real ones: printf '%b' "$(cat FILE)" >NEW
  [2]
  $ sed ':a;N;$!ba;s/END CERTIFICATE-----\n/END CERTIFICATE-----/' full.pem >5.pem; try 5.pem
  ! rekey: $T/5.pem: line 11 of the PEM has an END and a BEGIN in it
  !   begin a new line before the BEGIN; files without a line break at their end were joined
  [2]
  $ (printf '\357\273\277'; cat full.pem) >6.pem; try 6.pem
  ! rekey: $T/6.pem: a text that begins with a byte order mark, where PEM is needed
  !   remove it: tail -c +4 FILE >NEW
  [2]
  $ sed 's/-----BEGIN.*/& # leaf/' full.pem >7.pem; try 7.pem
  ! rekey: $T/7.pem: line 1 of the PEM has something behind its BEGIN boundary
  !   a boundary has its line for itself: remove what follows it
  [2]
  $ openssl pkey -in web.key -aes256 -passout pass:secret -out locked.key; try web.pem locked.key
  ! rekey: $T/locked.key: a private key that is encrypted, and nobody can be asked for its passphrase
  !   decrypt a copy of it: openssl pkey -in FILE -out NEW
  [2]
  $ sed 's/^/    /' web.key >8.key; try web.pem 8.key
  ! rekey: $T/8.key: line 1 of the PEM has something before its -----BEGIN
  !   a boundary begins its line: remove what comes before it, including spaces
  [2]
  $ sed 's/$/\r/' web.pem >9.pem; sed 's/$/  /' web.key >9.key; chmod 600 9.key; try 9.pem 9.key >/dev/null; ls -L o/online/current
  cert.pem
  chain.pem
  fullchain.pem
  key.pem
  token
