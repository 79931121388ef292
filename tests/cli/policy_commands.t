What policy says: shown, explained for a slot, and checked.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir -p u1 u2; rk -q init --organization Example
  $ policy=$T/policy.toml
  $ rk -q units add u1 dir:u1 --type online --type iam --label site=north
  $ rk -q units add u2 dir:u2 --type online
  $ rk policy show
  TABLE     KEY                VALUE
  built in  validity           10y
  built in  renew_before       90d
  built in  renew_spread       7d
  built in  key                ec-p256
  built in  subject            CN={unit},O={organization}
  built in  san                ["dns:{unit}"]
  built in  usages             ["serverAuth", "clientAuth"]
  built in  outlive_issuer     shorten
  built in  revoke_superseded  false
  $ cat >"$policy" <<TOML
  > [defaults]
  > validity = "1y"
  > renew_spread = "0d"
  > [type.iam]
  > key = "ec-p384"
  > [label."site=north"]
  > max_age = "100d"
  > san = ["dns:{unit}.north.example"]
  > TOML
  $ load_policy <"$policy"
  $ rk policy show --output csv | tail -n +11 | tr -d '\r'
  [defaults],validity,1y
  [defaults],renew_spread,0d
  [type.iam],key,ec-p384
  "[label.""site=north""]",max_age,100d
  "[label.""site=north""]",san,"[""dns:{unit}.north.example""]"
  $ rk -q certs generate u1; rk -q certs generate u2

For a slot: each rule and where it is from, what is due when and why.

  $ rk policy explain u1/iam
  RULE                  VALUE                         FROM
  validity              1y                            [defaults]
  renew_before          90d                           built in
  renew_spread          0d                            [defaults]
  max_age               100d                          [label."site=north"]
  key                   ec-p384                       [type.iam]
  subject               CN={unit},O={organization}    built in
  san                   ["dns:{unit}.north.example"]  [label."site=north"]
  usages                ["serverAuth", "clientAuth"]  built in
  key_usage                                           built in
  certificate_policies                                built in
  crl_urls                                            built in
  ocsp_urls                                           built in
  ca_issuer_urls                                      built in
  issuer                local                         default of the home
  allowed_keys                                        built in
  allowed_signatures                                  built in
  allowed_names                                       built in
  outlive_issuer        shorten                       built in
  revoke_superseded     false                         built in
  
  A certificate made now: CN=u1,O=Example, dns:u1.north.example, from issuer 'local'
  In use: <1>, expires 2027-03-01T12:00:00Z (365 days left)
  Not due; due from 2026-06-09T12:00:00Z on.
  $ rk policy explain u1/iam --json | jq -c 'del(.rules), .rules[0]'
  {"slot":"u1/iam","number":"<1>","expires_at":"2027-03-01T12:00:00Z","days_left":365,"chain_ends_at":"2027-03-01T12:00:00Z","ends_with":null,"due":"no","due_at":"2026-06-09T12:00:00Z","why":null,"subject":"CN=u1,O=Example","sans":["dns:u1.north.example"],"trouble":null,"violations":[]}
  {"key":"validity","value":"1y","source":"[defaults]"}
  $ at +280d rk policy explain u2/online | tail -3
  A certificate made now: CN=u2,O=Example, dns:u2, from issuer 'local'
  In use: <2>, expires 2027-03-01T12:00:00Z (85 days left)
  Due (expiry): expires in 85 days
  $ rk policy explain u1/nothing
  ! rekey: unit 'u1' has no slot 'nothing'
  !   see: rekey units show u1
  [2]
  $ rk policy check
  ! 3 certificates in use, none violates policy

A spread makes the window open earlier, always by the same for the same certificate, and never later.

  $ sed -i 's/renew_spread = "0d"/renew_spread = "20d"/' "$policy"; load_policy <"$policy"
  $ due() { rk policy explain "$1" --json | jq -r .due_at; }
  $ one=$(due u2/online); two=$(due u2/online); [ "$one" = "$two" ] && echo the same
  the same
  $ [[ ! $one > 2026-12-01T12:00:00Z && ! $one < 2026-11-11T12:00:00Z ]] && echo within
  within
  $ [[ $(due u1/online) < 2026-06-10 && $(due u1/online) > 2026-05-19 ]] && echo by age
  by age
  $ [ "$(due u1/iam)" != "$(due u1/online)" ] && echo different
  different

What policy forbids, and no longer allows. It is exit 6, and says what.

  $ cat >"$policy" <<TOML
  > [defaults]
  > validity = "30d"
  > allowed_keys = ["ec-p256"]
  > allowed_signatures = ["ecdsa-with-SHA512"]
  > [label."site=north"]
  > max_age = "100d"
  > TOML
  $ load_policy <"$policy"
  $ rk policy check
  SLOT       NUMBER        RULE       VIOLATION
  u1/iam     <1>  key        key is ec-p384, allowed are ec-p256
  u1/iam     <1>  signature  signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512
  u1/iam     <1>  validity   valid for 365 days, policy says 30d
  u1/online  <3>  signature  signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512
  u1/online  <3>  validity   valid for 365 days, policy says 30d
  u2/online  <2>  signature  signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512
  u2/online  <2>  validity   valid for 365 days, policy says 30d
  ! 3 of 3 slots violate policy; what a renewal mends is due: rekey certs renew --due --dry-run
  [6]
  $ at +101d rk -q policy check u1 --output jsonl | jq -r '[.type, .rule, .violation] | join(" | ")'
  iam | key | key is ec-p384, allowed are ec-p256
  iam | signature | signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512
  iam | validity | valid for 365 days, policy says 30d
  iam | age | made on 2026-03-01T12:00:00Z, older than max_age 100d
  online | signature | signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512
  online | validity | valid for 365 days, policy says 30d
  online | age | made on 2026-03-01T12:00:00Z, older than max_age 100d
  $ at +400d rk -q policy check u2 --json | jq -c '.violations[] | [.rule, .violation]'
  ["signature","signature is ecdsa-with-SHA256, allowed are ecdsa-with-SHA512"]
  ["validity","valid for 365 days, policy says 30d"]
  ["expired","expired on 2027-03-01T12:00:00Z"]
  $ rk policy check none
  ! rekey: there is no unit 'none'
  !   see: rekey units list
  [2]
  $ echo 'key = "ec-p384"' >>"$policy"; load_policy <"$policy"
  $ rk -q policy check u1 --output jsonl | jq -r '[.type, .rule, .violation] | join(" | ")'
  iam | rules | u1/iam: key 'ec-p384' is not among allowed_keys; set 'key' to one of ec-p256, or allow it
  online | rules | u1/online: key 'ec-p384' is not among allowed_keys; set 'key' to one of ec-p256, or allow it

Weak ones that were found on a unit, where no list says what is allowed.

  $ load_policy </dev/null; mkdir -p u3/old/gen/000001; ln -s gen/000001 u3/old/current
  $ openssl req -x509 -newkey rsa:1024 -sha1 -nodes -keyout u3/old/current/key.pem -out u3/old/current/cert.pem -subj /CN=old -days 7000 2>/dev/null
  $ cp u3/old/current/cert.pem u3/old/current/fullchain.pem; : >u3/old/current/chain.pem
  $ rk units add u3 dir:u3 --type old 2>&1 | grep holds
  ! u3: online, holds 1 certificate, 1 new here
  $ rk -q policy check u3 --output jsonl | jq -r '[.type, .rule, .violation] | join(" | ")'
  old | key | key rsa-1024 is weak
  old | signature | signature sha1WithRSAEncryption has an old hash
  old | validity | valid for 7000 days, policy says 10y
  old | no_names | has no alternative name (SAN), and clients look at nothing else
