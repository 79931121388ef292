Revoking: after a compromise, by hand, and on lists that openssl reads.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u1 u2; rk -q init
  $ rk -q units add u1 dir:u1 --type online --type iam
  $ rk -q units add u2 dir:u2 --type online
  $ rk -q certs generate u1; rk -q certs generate u2
  $ keys() { find "$1" -name key.pem | wc -l; }
  $ exact() { "$REKEY_BINARY" certs show "$1" --json | jq -r .number; }

A list of nothing is a list.

  $ rk issuers crl local --out local.crl
  ! wrote list 1772366400000000 of issuer 'local' to local.crl: 0 revoked; the next is due by 2026-03-08T12:00:00Z
  $ openssl crl -in local.crl -noout -text | grep -E -A1 'Version|CRL Number|Update|No Rev' | grep -v -- -- | grep -v 'Signature\|:$'
          Version 2 (0x1)
          Last Update: Mar  1 12:00:00 2026 GMT
          Next Update: Mar  8 12:00:00 2026 GMT
              X509v3 CRL Number: 
                  1772366400000000
  No Revoked Certificates.
  $ stat -c %a local.crl; ls -A | sort
  644
  home
  local.crl
  u1
  u2
  user

A compromise revokes for keyCompromise and removes the old key; other reasons do neither.

  $ cp u1/iam/current/cert.pem iam1.pem; cp u1/online/current/cert.pem online1.pem; old=$(exact u1/online)
  $ rk certs renew u1/iam
  SLOT    OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/iam  renewed  manual  <1>  <2>
  ! run 3: 1 renewed
  $ rk certs renew u1/online --reason compromise --yes --comment 'laptop lost'
  SLOT       OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  u1/online  renewed  compromise  <3>  <4>
  ! run 4: 1 renewed
  ! revoked for keyCompromise: 1 certificate; destroyed on the units: 1 old key
  ! all software that trusts issuer 'local' must get its list; no list contains it yet: rekey issuers crl local --out FILE
  $ keys u1/iam; keys u1/online
  2
  1
  $ rk certs list u1 --history
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE       KEY      REASON      ISSUER
  u1/iam     <1>  2026-03-01  2036-03-01        superseded  ec-p256              CN=rekey local <ca>
  u1/iam     <2>  2026-03-01  2036-03-01  3653  active      ec-p256  manual      CN=rekey local <ca>
  u1/online  <3>  2026-03-01  2036-03-01        revoked     ec-p256              CN=rekey local <ca>
  u1/online  <4>  2026-03-01  2036-03-01  3653  active      ec-p256  compromise  CN=rekey local <ca>
  $ rk certs show "$old" --json | jq -c '{state, revoked_at, revocation_reason}'
  {"state":"revoked","revoked_at":"2026-03-01T12:00:00Z","revocation_reason":"keyCompromise"}
  $ rk audit list --json | jq -c '.entries[-3:][] | [.action, .subject, .detail]'
  ["certificate.issue","u1/online","{\"number\":\"<4>\",\"issuer\":\"local\",\"expires_at\":\"2036-03-01T12:00:00Z\",\"run\":4}"]
  ["certificate.renew","u1/online","{\"old\":\"<3>\",\"new\":\"<4>\",\"reason\":\"compromise\",\"why\":\"laptop lost\",\"revoked\":true,\"run\":4,\"comment\":\"laptop lost\"}"]
  ["key.remove","u1/online","{\"number\":\"<3>\",\"run\":4}"]
  $ rk certs renew u2 --reason rotation
  SLOT       OUTCOME  REASON    OLD NUMBER    NEW NUMBER
  u2/online  renewed  rotation  <6>  <7>
  ! run 5: 1 renewed
  $ keys u2; rk certs list u2 --history --output csv | cut -d, -f10 | tr -d '\r'
  2
  state
  superseded
  active

The list says so, and has the next number. Both forms are the same list.

  $ at +1h rk issuers crl local --out local.crl --days 30
  ! wrote list 1772370000000000 of issuer 'local' to local.crl: 1 revoked; the next is due by 2026-03-31T13:00:00Z
  $ at +1h rk issuers crl local --out local.der --output der --json
  {
    "issuer": "local",
    "number": 1772370000000001,
    "number_hex": "064BF60C42B401",
    "revoked": 1,
    "taken_over": 0,
    "this_update": "2026-03-01T13:00:00Z",
    "next_update": "2026-03-08T13:00:00Z",
    "path": "local.der"
  }
  $ openssl crl -in local.crl -noout -text | grep -E -A1 'CRL Number|Update|Serial|Revocation Date|Reason Code' | grep -v -- -- | scrub
          Last Update: Mar  1 13:00:00 2026 GMT
          Next Update: Mar 31 13:00:00 2026 GMT
          CRL extensions:
              X509v3 CRL Number: 
                  1772370000000000
      Serial Number: <3>
          Revocation Date: Mar  1 12:00:00 2026 GMT
          CRL entry extensions:
              X509v3 CRL Reason Code: 
                  Key Compromise
  $ openssl crl -inform DER -in local.der -noout -crlnumber
  crlNumber=0x064BF60C42B401
  $ rk issuers export local >ca.pem
  $ check() { openssl verify -x509_strict -crl_check -CRLfile local.crl -CAfile ca.pem "$@" 2>&1 | grep -v '^CN\|^O'; }
  $ at +2h check u1/online/current/cert.pem iam1.pem online1.pem
  error 23 at 0 depth lookup: certificate revoked
  error online1.pem: verification failed
  u1/online/current/cert.pem: OK
  iam1.pem: OK

By hand: what is out of use is revoked at once, once.

  $ freeze '2026-03-01 14:00:00'
  $ iam=$(openssl x509 -in iam1.pem -noout -serial | cut -d= -f2)
  $ rk certs revoke "$iam"
  ! rekey: no reason was given
  !   give --reason: keyCompromise, when others may have the key
  [2]
  $ rk certs revoke "$iam" --reason certificateHold 2>&1 | head -1
  ! rekey: --reason: 'certificateHold' is none of unspecified, keyCompromise, cACompromise, affiliationChanged, superseded, cessationOfOperation, privilegeWithdrawn, aACompromise
  $ rk certs revoke "$iam" --reason superseded --comment 'tidying up'
  ! revoked certificate <1> of u1/iam for superseded
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ rk certs revoke "$iam" --reason superseded
  ! certificate <1> of u1/iam was revoked for superseded before
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ freeze '2026-03-01 15:00:00'
  $ rk certs revoke "$iam" --reason keyCompromise
  ! revoked certificate <1> of u1/iam for keyCompromise
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ rk certs show "$iam" --json | jq -c '{state, revoked_at, revocation_reason}'
  {"state":"revoked","revoked_at":"2026-03-01T14:00:00Z","revocation_reason":"keyCompromise"}
  $ rk certs revoke "$iam" --reason superseded
  ! rekey: certificate <1> was revoked on 2026-03-01T14:00:00Z for keyCompromise, which says more
  !   to change the reason: rekey certs revoke <1> --reason superseded --force
  [6]
  $ rk certs revoke nonsense "$iam" --reason superseded --force
  ! rekey: 'nonsense' is neither a certificate number nor a slot
  !   numbers are hex, ISSUER: before one says whose; slots are UNIT/TYPE or UNIT/NODE/TYPE
  [2]
  $ rk certs show "$iam" --json | jq -r .revocation_reason
  keyCompromise

What a slot uses is refused, with what helps. With --force it stays in use, and is due.

  $ used=$(exact u1/online)
  $ rk certs revoke "$used" --reason keyCompromise
  ! rekey: certificate <4> is in use on u1/online
  !   replace it, which revokes it: rekey certs renew u1/online --reason compromise; or revoke it all the same: rekey certs revoke <4> --force
  [6]
  $ rk certs renew --due --dry-run
  ! dry run: nothing was changed
  $ rk certs revoke "$used" --reason keyCompromise --force
  ! revoked certificate <4> of u1/online for keyCompromise
  ! warning: u1/online still uses it; replace it: rekey certs renew u1/online --reason compromise
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ rk certs show u1/online --json | jq -c '{state, revocation_reason}'
  {"state":"active","revocation_reason":"keyCompromise"}
  $ rk certs check
  CERTS CRITICAL - 3 certificates, 1 critical (1 revoked and in use), 0 warning; u1/iam expires 2036-03-01T12:00:00Z (in 3652 d) | total=3 warning=0 critical=1
  [2]
  $ rk certs renew --due --dry-run
  SLOT       ACTION  REASON      WHY                                                    ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/online  renew   compromise  was revoked on 2026-03-01T15:00:00Z for keyCompromise  local   <4>  2036-03-01T15:00:00Z
  ! dry run: nothing was changed
  $ rk policy check
  SLOT       NUMBER        RULE     VIOLATION
  u1/online  <4>  revoked  was revoked on 2026-03-01T15:00:00Z for keyCompromise
  ! 1 of 3 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]
  $ rk certs renew --due --verbose
  SLOT       OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  u1/online  renewed  compromise  <4>  <8>
  $ rk certs renew --due
  $ rk certs list u1 --type online --history --output csv | cut -d, -f10,13 | tr -d '\r'
  state,reason
  revoked,
  revoked,compromise
  active,compromise
  $ keys u1/online
  1
  $ rk policy check
  ! 3 certificates in use, none violates policy

Those of units that are gone need no force.

  $ used=$(exact u2/online); rk -q units remove u2 --yes
  $ rk certs revoke "$used" --reason cessationOfOperation
  ! revoked certificate <7> of u2/online for cessationOfOperation
  ! no list contains it yet: rekey issuers crl local --out FILE

Over the helper protocol too; a helper that is older than that goes on working, and what it leaves is told.

  $ export PATH="$TESTDIR/../peers:$PATH"; mkdir py sh agent
  $ for way in py sh; do rk -q units add $way ${way}folder:$T/$way --type online; rk -q certs generate $way; done
  $ rk certs renew py --reason compromise --yes --quiet; keys py
  1
  $ rk certs renew sh --reason compromise --yes --quiet; keys sh
  ! warning: sh/online: the key of <9> is still on the unit: the unit's helper has no way to remove it; the next renewal does
  2
  $ rk certs history sh/online --json | jq -c '.history[] | [.state, .reason]'
  ["revoked",null]
  ["active","compromise"]
  $ printf '%s\n' '{"id":1,"op":"hello","versions":[1],"address":"dir:'$T/agent'"}' | "$REKEY_BINARY" agent --stdio | jq -c .result.features
  ["retire","replace_chain"]

Lists are kept by themselves where the configuration says so, and only made anew when there is something to say.

  $ mkdir -p pki "$XDG_CONFIG_HOME/rekey"; echo "crl_folder = \"$T/pki\"" >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ at +2h rk certs renew --due
  $ ls pki; openssl crl -in pki/local.crl.pem -noout -crlnumber
  local.crl
  local.crl.pem
  crlNumber=0x064BF966914400
  $ at +3h rk certs renew --due
  $ openssl crl -in pki/local.crl.pem -noout -crlnumber
  crlNumber=0x064BF966914400
  $ at +3h rk certs renew u1/iam --reason compromise --yes --quiet
  $ openssl crl -in pki/local.crl.pem -noout -crlnumber
  crlNumber=0x064BFA3D24E800
  $ openssl crl -inform DER -in pki/local.crl -noout -text | grep -c 'Serial Number'
  7
  $ at +4d rk certs renew --due
  $ openssl crl -in pki/local.crl.pem -noout -crlnumber -nextupdate
  crlNumber=0x064C4830C77C00
  nextUpdate=Mar 12 15:00:00 2026 GMT
  $ mv pki gone
  $ at +4d rk certs renew --due
  ! warning: the lists of revoked certificates are not up to date: cannot open $T/pki: No such file or directory; the next run tries again
  [1]
  $ at +4d rk certs renew u1/iam --quiet
  ! warning: the lists of revoked certificates are not up to date: cannot open $T/pki: No such file or directory; the next run tries again
  [3]
  $ mv gone pki
  $ at +4d rk certs renew --due

Not over a folder, and not where nothing can be written.

  $ freeze '2026-03-10 12:00:00'; mkdir folder; rk issuers crl local --out folder
  ! rekey: folder is not a file that a list could replace
  !   name a file, as --out ca.crl
  [2]
  $ rk issuers crl local --out nowhere/x.crl
  ! rekey: cannot open nowhere: No such file or directory
  !   make the folder, or name another
  [2]
  $ rk issuers crl none --out x.crl
  ! rekey: there is no issuer 'none'
  !   the issuers are: local
  [2]
  $ rk audit verify | tail -1
  problems  -
  $ rk doctor
  ! the home is sound
