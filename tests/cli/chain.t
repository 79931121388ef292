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
  ! added issuer 'company', CN=int, which expires 2026-03-21T12:00:00Z
  ! its lists of revoked certificates begin anew: what it revoked before is not known here
  !   if it has published a list, take that over: rekey issuers crl company --out THAT-FILE
  $ rk -q issuers default company; rk -q units add gate dir:gate --type online

The root ends in twenty days: what is made below it does too, and everybody says which certificate that is.

  $ rk certs generate gate | tail -3
  gate/online  generated                      <1>
  ! warning: 1 slot: validity shortened to 2026-03-21T12:00:00Z, when 'CN=root' in the chain of issuer 'company' ends
  ! run 1: 1 generated
  $ rk issuers list
  ISSUER   DEFAULT  KIND   KEY      EXPIRES                DAYS  SUBJECT
  company  true     local  ec-p256  2026-03-21T12:00:00Z     20  CN=int
  local    false    local  ec-p256  2056-03-01T12:00:00Z  10958  CN=rekey local <ca>
  $ rk certs check
  CERTS WARNING - 1 certificate, 0 critical, 2 warning; gate/online expires 2026-03-21T12:00:00Z (in 20 d); the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root' | total=1 warning=2 critical=0
  [1]
  $ rk doctor
  ABOUT    FINDING                                                                    REMEDY
  issuers  the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root'  have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  [6]
  $ rk policy check
  ! warning: the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root'
  !   have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  ! 1 certificate in use, none violates policy
  $ rk metrics | grep '^rekey_issuers'
  rekey_issuers_ending 1
  rekey_issuers_first_end_timestamp_seconds 1774094400
  $ rk report --json | grep -A3 '"concerns"'
      "concerns": [
        {
          "urgent": false,
          "concern": "the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root'",
  $ at +19d rk certs check
  CERTS CRITICAL - 1 certificate, 2 critical, 0 warning; gate/online expires 2026-03-21T12:00:00Z (in 1 d); the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root' | total=1 warning=0 critical=2
  [2]
  $ at +19d rk certs renew --due
  ! warning: gate/online refused: expires in 1 day, but the chain of issuer 'company' ends on 2026-03-21T12:00:00Z with 'CN=root'; have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  ! 1 refused
  [6]
  $ at +21d rk certs check
  CERTS CRITICAL - 1 certificate, 2 critical, 1 warning; gate/online expired 2026-03-21T12:00:00Z (1 d ago); the chain of issuer 'company' ended on 2026-03-21T12:00:00Z with 'CN=root' (and 1 more) | total=1 warning=1 critical=2
  [2]
  $ at +21d rk certs renew --due
  ! warning: gate/online refused: expired 1 day ago, but the chain of issuer 'company' ended on 2026-03-21T12:00:00Z with 'CN=root'; have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  ! 1 refused
  [6]
  $ at +21d rk certs renew gate --reason manual
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  refused          <1>
  ! warning: gate/online refused: the chain of issuer 'company' ended on 2026-03-21T12:00:00Z with 'CN=root'; have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  ! 1 refused
  [6]
  $ at +21d rk doctor
  ABOUT    FINDING                                                                                                                                                                                                                 REMEDY
  slots    gate/online uses certificate <1>, which ended on 2026-03-21T12:00:00Z                                                                                                              mend first why it can get none: rekey policy explain gate/online
  slots    gate/online can get no certificate: the chain of issuer 'company' ended on 2026-03-21T12:00:00Z with 'CN=root'; have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE  see its rules, and where each comes from: rekey policy explain gate/online
  issuers  the chain of issuer 'company' ended on 2026-03-21T12:00:00Z with 'CN=root'                                                                                                                                              have it renewed by those who signed it, and give what you get: rekey issuers renew company --cert FILE
  [6]

A chain with an ended member, or one that is not valid yet, is not taken at all.

  $ at +21d rk issuers add late --cert chain1.pem --key int.key
  ! rekey: chain1.pem: 'CN=root' in the chain expired on 2026-03-21T12:00:00Z
  !   bring a CA that is valid now, with a chain that is
  [6]
  $ at -2d rk issuers add early --cert chain1.pem --key int.key
  ! rekey: chain1.pem: 'CN=int' in the chain is not valid before 2026-03-01T12:00:00Z
  !   bring a CA that is valid now, or correct the clock
  [6]

The remedy that is named works: another root certificate, for the same name and key.

  $ rk -q doctor --accept-clock >/dev/null
  [6]
  $ root root2 7300; cat int1.pem root2.pem >chain2.pem
  $ openssl verify -CAfile root2.pem -untrusted int1.pem gate/online/current/cert.pem
  gate/online/current/cert.pem: OK
  $ rk issuers renew company
  ! rekey: issuer 'company' is signed by another CA: 'CN=root'
  !   have it renewed there, and give what you get: rekey issuers renew company --cert FILE
  [6]
  $ key other; root other 300 other; below int3 root2 other; cat int3.pem root2.pem >chain3.pem
  $ rk issuers renew company --cert chain3.pem
  ! rekey: chain3.pem: its name is 'CN=other', the issuer's 'CN=int'
  !   give the issuer's own certificate first; another CA is another issuer: rekey issuers add
  [6]
  $ rk issuers renew company --cert int1.pem
  ! rekey: int1.pem: the chain is not complete: certificate 1 of 1 (CN=int) was issued by 'CN=root', which is missing
  !   add the issuers up to the root
  [6]
  $ rk issuers renew company --cert root2.pem
  ! rekey: root2.pem: its name is 'CN=root', the issuer's 'CN=int'
  !   give the issuer's own certificate first; another CA is another issuer: rekey issuers add
  [6]
  $ rk issuers renew company --cert missing.pem
  ! rekey: missing.pem: there is no file missing.pem
  !   is the path right?
  [2]
  $ rk issuers renew company --cert chain2.pem
  ! issuer 'company' has a new chain, which ends 2039-11-08T12:00:00Z
  !   units get it with their next renewal, or at once: rekey certs renew --all --chain-only
  $ rk issuers renew company --cert chain2.pem
  ! issuer 'company' has just this certificate and chain already
  $ rk issuers add company --cert chain2.pem --key int.key
  ! issuer 'company' has just this certificate and chain already
  $ rk issuers add company2 --cert chain1.pem --key int.key
  ! rekey: this CA is here already, as issuer 'company'
  !   to give it another chain: rekey issuers renew company --cert chain1.pem
  [6]
  $ rk issuers show company | tail -5
  days left           5000
  key                 ec-p256
  fingerprint sha256  <sha256>
  chain ends at       2039-11-08T12:00:00Z
  ends with           -
  $ sqlite3 home/rekey.db "SELECT action, subject, detail ->> 'chain_ended_at', detail ->> 'chain_ends_at' FROM audit WHERE action = 'issuer.renew'"
  issuer.renew|company|2026-03-21T12:00:00Z|2039-11-08T12:00:00Z
  $ rk certs renew --due
  $ rk certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  gate/online  <1>  2026-03-01  2026-03-21    20  active  ec-p256          CN=int
  $ openssl verify -CAfile root2.pem -untrusted int1.pem gate/online/current/cert.pem
  gate/online/current/cert.pem: OK
  $ rk -q certs renew gate
  $ rk certs check
  CERTS OK - 1 certificate, 0 critical, 0 warning; gate/online expires 2036-03-01T12:00:00Z (in 3653 d) | total=1 warning=0 critical=0
  $ rk doctor
  ! the home is sound

Now a chain that ends before the certificate does, as a root that is renewed for a short time. Key and certificate stay.

  $ root root4 30; cat int1.pem root4.pem >chain4.pem
  $ rk -q issuers renew company --cert chain4.pem
  $ before=$(number gate; keys gate)
  $ rk certs renew gate --chain-only
  SLOT         OUTCOME        REASON  OLD NUMBER    NEW NUMBER
  gate/online  chain_renewed  manual  <3>  <3>
  ! run 3: 1 with a new chain
  $ test "$before" = "$(number gate; keys gate)" && echo the same
  the same
  $ cmp chain4.pem gate/online/current/chain.pem && cat gate/online/current/{cert,chain}.pem | cmp - gate/online/current/fullchain.pem
  $ rk certs list
  SLOT         NUMBER        ISSUED      EXPIRES             DAYS  STATE   KEY      REASON  ISSUER
  gate/online  <3>  2026-03-01  2026-03-31 (chain)    30  active  ec-p256  manual  CN=int
  $ rk certs show gate/online --json | grep -E 'expires_at|days_left|chain_ends_at|ends_with'
    "expires_at": "2036-03-01T12:00:00Z",
    "days_left": 30,
    "chain_ends_at": "2026-03-31T12:00:00Z",
    "ends_with": "CN=root",
  $ rk policy explain gate/online | grep -E '^(In use|Its chain|Violates)'
  In use: <3>, expires 2036-03-01T12:00:00Z (3653 days left)
  Its chain ends before, on 2026-03-31T12:00:00Z (30 days left), with 'CN=root'
  Violates issuer: ends on 2036-03-01T12:00:00Z, after 'CN=root' in its chain, which ends on 2026-03-31T12:00:00Z
  $ rk certs timeline
  2026-03< 1 ##################################################################################################  online 1
  ! 1 of 1 certificates expire in 2026-03
  $ rk certs check
  CERTS WARNING - 1 certificate, 0 critical, 1 warning; gate/online has a chain that ends 2026-03-31T12:00:00Z (in 30 d); the chain of issuer 'company' ends on 2026-03-31T12:00:00Z with 'CN=root' | total=1 warning=1 critical=0
  [1]
  $ rk certs verify
  ! every slot holds what is recorded

Once the issuer has a chain that lasts, that is all that is due.

  $ rk -q issuers renew company --cert chain2.pem
  $ rk certs renew --due --dry-run
  ! dry run: nothing was changed
  $ freeze '2026-03-23 12:00:00'
  $ rk certs renew --due --dry-run
  SLOT         ACTION  REASON  WHY                                       ISSUER   OLD NUMBER    WOULD EXPIRE
  gate/online  chain   expiry  its chain ends in 8 days, with 'CN=root'  company  <3>  2036-03-01T12:00:00Z
  ! dry run: nothing was changed
  $ rk certs renew --due --verbose
  SLOT         OUTCOME        REASON  OLD NUMBER    NEW NUMBER
  gate/online  chain_renewed  expiry  <3>  <3>
  $ test "$before" = "$(number gate; keys gate)" && echo the same
  the same
  $ openssl verify -CAfile gate/online/current/trust.pem -untrusted gate/online/current/fullchain.pem gate/online/current/cert.pem
  gate/online/current/cert.pem: OK
  $ rk certs renew --due
  $ rk certs list
  SLOT         NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  gate/online  <3>  2026-03-01  2036-03-01  3631  active  ec-p256  manual  CN=int
  $ rk certs verify
  ! every slot holds what is recorded
  $ sqlite3 home/rekey.db "SELECT action, subject, detail ->> 'chain_ended_at', detail ->> 'chain_ends_at', detail ->> 'why' FROM audit WHERE action = 'certificate.chain'"
  certificate.chain|gate/online|2036-03-01T12:00:00Z|2026-03-31T12:00:00Z|asked for
  certificate.chain|gate/online|2026-03-31T12:00:00Z|2036-03-01T12:00:00Z|its chain ends in 8 days, with 'CN=root'
  $ rk runs list | head -2
  RUN  STARTED  STATUS  COMMAND  SELECTION  REASON  DONE  DEFERRED  FAILED  OPEN  BY
    4  2026-03-23T12:00:00Z  done  renew  due  1  0  0  0  <actor>
  $ ls gate/online/gen | wc -l
  1

What has it all already is left as it is; a unit that is away is deferred, and caught up on.

  $ now=$(readlink gate/online/current)
  $ rk certs renew gate --chain-only | tail -1
  ! run 5: 1 with a new chain
  $ test "$now" = "$(readlink gate/online/current)" && echo as before
  as before
  $ rk -q issuers renew company --cert chain4.pem
  $ mv gate away; rk certs renew --all --chain-only
  SLOT         OUTCOME   REASON  OLD NUMBER    NEW NUMBER
  gate/online  deferred  manual  <3>
  ! warning: gate/online deferred: cannot open $T/gate: No such file or directory
  ! run 6: 1 deferred
  [4]
  $ mv away gate; rk units check gate; rk certs renew --due --verbose
  ! gate: online, holds 1 certificate
  SLOT         OUTCOME        REASON  OLD NUMBER    NEW NUMBER
  gate/online  chain_renewed  manual  <3>  <3>
  $ test "$before" = "$(number gate; keys gate)" && echo the same
  the same

A reload that fails brings the old chain back.

  $ rk -q issuers renew company --cert chain2.pem
  $ cp gate/online/current/fullchain.pem before.pem
  $ rk -q units set gate --reload 'exit 3'
  $ rk certs renew gate --chain-only
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  failed   manual  <3>
  ! warning: gate/online failed: 'exit 3' ended with exit status 3; on the way back to the old chain: 'exit 3' ended with exit status 3
  ! run 8: 1 failed
  [1]
  $ cmp before.pem gate/online/current/fullchain.pem && test "$before" = "$(number gate; keys gate)" && echo as before
  as before
  $ openssl verify -CAfile gate/online/current/trust.pem -untrusted gate/online/current/fullchain.pem gate/online/current/cert.pem
  gate/online/current/cert.pem: OK
  $ rk certs verify
  ! every slot holds what is recorded
  $ rk -q units set gate --reload ''

What keeps the certificate can do nothing else with it.

  $ rk certs renew gate --chain-only --issuer local
  ! rekey: --chain-only keeps key and certificate: it neither moves, revokes nor overwrites any
  !   leave out --chain-only, or --issuer, --force, --no-revoke and the reasons rotation, compromise and migration
  [2]
  $ rk certs renew gate --chain-only --reason rotation
  ! rekey: --chain-only keeps key and certificate: it neither moves, revokes nor overwrites any
  !   leave out --chain-only, or --issuer, --force, --no-revoke and the reasons rotation, compromise and migration
  [2]
  $ rk certs renew gate --chain-only --no-revoke
  ! --no-revoke changes nothing here: only revoke_superseded, in the policy, and the reason compromise revoke what is replaced
  ! rekey: --chain-only keeps key and certificate: it neither moves, revokes nor overwrites any
  !   leave out --chain-only, or --issuer, --force, --no-revoke and the reasons rotation, compromise and migration
  [2]

A CA that was made here makes its own certificate anew; what it signed stays valid.

  $ mkdir pump; rk -q units add pump dir:pump --type online; rk -q certs renew gate --issuer local --reason migration
  $ rk -q certs generate pump; rk -q certs renew pump --issuer local --reason migration
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" local1.pem
  $ at +10y rk -q doctor --accept-clock >/dev/null
  [6]
  $ at +10y rk issuers renew local
  ! issuer 'local' has a new chain, which ends 2066-03-23T12:00:00Z
  !   units get it with their next renewal, or at once: rekey certs renew --all --chain-only
  $ rk issuers export local >/dev/null; cp "$CRAMTMP/stdout" local2.pem
  $ at +9y openssl verify -CAfile local2.pem pump/online/current/cert.pem
  pump/online/current/cert.pem: OK
  $ for each in local1 local2; do openssl x509 -in $each.pem -noout -subject -pubkey -ext subjectKeyIdentifier,basicConstraints,keyUsage; done | sort | uniq -c | awk '$1 != 2'
  $ openssl x509 -in local2.pem -noout -dates
  notBefore=Mar  1 11:00:00 2026 GMT
  notAfter=Mar 23 12:00:00 2066 GMT
  $ test "$(openssl x509 -in local1.pem -noout -serial)" != "$(openssl x509 -in local2.pem -noout -serial)" && echo another number
  another number
  $ sqlite3 home/rekey.db "SELECT count(*), count(DISTINCT generation) FROM earlier_issuer_chains e JOIN issuers i ON i.id = e.issuer_id WHERE i.name = 'local'"
  1|1
  $ rk audit verify | tail -1
  problems  -
