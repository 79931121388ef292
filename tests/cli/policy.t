What policy says: profiles by type and label, windows, ages, issuers.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir -p u1 u2; rk -q init
  $ rk -q units add u1 dir:u1 --type online --type iam --label ip=192.0.2.7
  $ rk -q units add u2 dir:u2 --type online
  $ cat >policy.toml <<END
  > [defaults]
  > validity = "1y"
  > renew_spread = "0d"
  > [type.iam]
  > key = "ed25519"
  > validity = "30d"
  > renew_before = "90d"
  > [label."ip=192.0.2.7"]
  > san = ["dns:{unit}.fleet.example", "ip:{label.ip}"]
  > END
  $ load_policy <policy.toml
  $ rk -q certs generate u1; rk -q certs generate u2
  $ rk certs list
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON  ISSUER
  u1/iam     <1>  2026-03-01  2026-03-31    30  active  ed25519          CN=rekey local <ca>
  u1/online  <2>  2026-03-01  2027-03-01   365  active  ec-p256          CN=rekey local <ca>
  u2/online  <3>  2026-03-01  2027-03-01   365  active  ec-p256          CN=rekey local <ca>
  $ openssl x509 -in u1/iam/current/cert.pem -noout -ext subjectAltName
  X509v3 Subject Alternative Name: 
      DNS:u1.fleet.example, IP Address:192.0.2.7

Nothing is due, and nothing is said. A window longer than the lifetime does not renew for ever.

  $ rk certs renew --due
  $ at +19d rk certs renew --due
  $ at +21d rk certs renew --due --dry-run
  SLOT    ACTION  REASON  WHY                ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/iam  renew   expiry  expires in 9 days  local   <1>  2026-04-21T12:00:00Z
  ! dry run: nothing was changed
  $ at +21d rk certs renew --due
  $ at +21d rk certs renew --due
  $ at +290d rk certs renew --due --dry-run
  SLOT       ACTION  REASON  WHY                   ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/iam     renew   expiry  expired 239 days ago  local   <4>  2027-01-15T12:00:00Z
  u1/online  renew   expiry  expires in 75 days    local   <2>  2027-12-16T12:00:00Z
  u2/online  renew   expiry  expires in 75 days    local   <3>  2027-12-16T12:00:00Z
  ! dry run: nothing was changed

A profile that changed makes due what differs, reason policy.

  $ sed -i 's/ed25519/ec-p384/' policy.toml; load_policy <policy.toml
  $ at +21d rk certs renew --due --verbose
  SLOT    OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/iam  renewed  policy  <4>  <5>
  $ at +21d rk certs renew --due
  $ echo 'max_age = "100d"' >>policy.toml; load_policy <policy.toml
  $ at +101d rk certs renew u1/online --dry-run --output csv | cut -d, -f1,3-6 | tr -d '\r'
  unit,type,action,reason,why
  u1,online,renew,manual,asked for
  ! dry run: nothing was changed
  $ at +101d rk certs renew --due --dry-run
  SLOT       ACTION  REASON  WHY                      ISSUER  OLD NUMBER    WOULD EXPIRE
  u1/iam     renew   expiry  expired 50 days ago      local   <5>  2026-07-10T12:00:00Z
  u1/online  renew   policy  older than max_age 100d  local   <2>  2027-06-10T12:00:00Z
  ! dry run: nothing was changed

Moving a unit to another backend, and only there.

  $ at +21d rk issuers create backend2
  ! made issuer 'backend2', CN=rekey backend2 <ca>, which expires 2056-03-22T12:00:00Z
  $ at +21d rk certs renew u2 --issuer backend2 --reason migration
  SLOT       OUTCOME  REASON     OLD NUMBER    NEW NUMBER
  u2/online  renewed  migration  <3>  <6>
  ! run 5: 1 renewed
  ! 1 slot stays with issuer 'backend2', whatever policy says
  !   to let it go: rekey units set UNIT/TYPE --issuer ''
  $ at +22d rk certs renew --due
  $ at +22d rk certs list u2
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON     ISSUER
  u2/online  <6>  2026-03-22  2027-03-22   364  active  ec-p256  migration  CN=rekey backend2 <ca>

An issuer that ends first: the leaf is shortened with a warning, then nothing can move its end.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=short -days 100 2>/dev/null \
  >     -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
  $ at +22d rk issuers add short --cert ca.pem --key ca.key
  ! added issuer 'short', CN=short, which expires 2026-06-09T12:00:00Z
  ! warning: this CA may not sign lists of revoked certificates (its keyUsage lacks cRLSign): what it signs can be revoked here, but no list will say so
  $ at +22d rk certs renew u2 --issuer short --reason migration
  SLOT       OUTCOME  REASON     OLD NUMBER    NEW NUMBER
  u2/online  renewed  migration  <6>  <7>
  ! warning: 1 slot: validity shortened to 2026-06-09T12:00:00Z, when issuer 'short' ends
  ! run 6: 1 renewed
  ! 1 slot stays with issuer 'short', whatever policy says
  !   to let it go: rekey units set UNIT/TYPE --issuer ''
  $ at +80d rk certs renew --due
  ! warning: u2/online refused: expires in 20 days, but issuer 'short' ends on 2026-06-09T12:00:00Z; renew it: rekey issuers renew short
  ! run 7: 1 renewed, 1 refused
  [3]
  $ echo 'outlive_issuer = "refuse"' >>policy.toml; load_policy <policy.toml
  $ at +80d rk certs list u2
  SLOT       NUMBER        ISSUED      EXPIRES     DAYS  STATE   KEY      REASON     ISSUER
  u2/online  <7>  2026-03-23  2026-06-09    20  active  ec-p256  migration  CN=short

Dates past 2038 and 2050.

  $ printf '[defaults]\nvalidity = "40y"\n' | load_policy
  $ at +80d rk issuers show local --json | head -14
  {
    "name": "local",
    "kind": "local",
    "default": true,
    "subject": "CN=rekey local <ca>",
    "number": "<8>",
    "issued_at": "2026-03-01T11:00:00Z",
    "expires_at": "2056-03-01T12:00:00Z",
    "days_left": 10878,
    "key": "ec-p256",
    "fingerprint_sha256": "<sha256>",
    "chain_ends_at": "2056-03-01T12:00:00Z",
    "ends_with": null
  }
  $ at +80d rk -q certs renew u1/online
  ! warning: 1 slot: validity shortened to 2056-03-01T12:00:00Z, when issuer 'local' ends
  $ openssl x509 -in u1/online/current/cert.pem -noout -enddate
  notAfter=Mar  1 12:00:00 2056 GMT
