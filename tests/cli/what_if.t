The commands of rekey-recovery(7), typed again; what needs a provider is in credential.t and payloads.t.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ echo 'correct horse' >passphrase; chmod 600 passphrase
  $ fleet() {
  >     rm -rf home units; mkdir -p units/gate units/pump; rk -q init --organization Example
  >     for u in gate pump; do rk -q units add $u dir:units/$u --type online; rk -q certs generate $u >/dev/null; done
  > }

Killed in mid-renewal: here by the unit's reload command.

  $ fleet; rk -q units set gate --reload 'kill -KILL $PPID'
  $ rk certs renew gate --reason audit >/dev/null 2>&1
  [137]
  $ rk -q units set gate --reload ''; rk doctor
  ABOUT  FINDING                                                                                                 REMEDY
  runs   run 3 was interrupted with 1 item open                                                                  finish its work: rekey certs renew --due
  units  gate/online holds certificate <1>, which no run has confirmed yet  finish what was begun: rekey certs renew --due
  [6]
  $ rk certs renew --due --verbose
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  renewed  audit   <2>  <1>
  $ rk doctor
  ! the home is sound

Away for months, and expired meanwhile.

  $ fleet; echo 'defaults.validity = "90d"' | load_policy; rk certs renew pump --quiet; load_policy </dev/null; mv units/pump away
  $ at +120d rk certs check
  CERTS CRITICAL - 2 certificates, 1 critical, 0 warning; pump/online expired 2026-05-30T12:00:00Z (30 d ago) | total=2 warning=0 critical=1
  [2]
  $ at +120d rk certs renew --due
  ! warning: pump/online deferred: cannot open $T/units/pump: No such file or directory
  ! run 4: 1 deferred
  [4]
  $ mv away units/pump; at +120d rk units check pump && at +120d rk certs renew --due --verbose
  ! pump: online, holds 1 certificate
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  pump/online  renewed  expiry  <3>  <4>

A wrong clock.

  $ fleet; at +2y rk certs renew gate
  ! rekey: the clock says 2028-03-01T12:00:00Z, more than a year after the last time seen, 2026-03-01T12:00:00Z
  !   set the clock right, or, if it is: rekey doctor --accept-clock
  [6]
  $ at -1d rk certs renew gate
  ! rekey: the clock says 2026-02-28T12:00:00Z, before the last time seen, 2026-03-01T12:00:00Z
  !   set the clock right, or, if it is: rekey doctor --accept-clock
  [6]
  $ at +2y rk doctor --accept-clock
  ! the clock is accepted: 2028-03-01T12:00:00Z (last time seen was 2026-03-01T12:00:00Z)
  ! the home is sound
  $ at +2y rk certs renew gate --quiet; rk doctor --accept-clock
  ABOUT  FINDING                                                                                                                REMEDY
  slots  gate/online uses certificate <5>, which is not valid before 2028-03-01T11:00:00Z  make one that is valid now: rekey certs renew gate/online
  ! the clock is accepted: 2026-03-01T12:00:00Z (last time seen was 2028-03-01T12:00:00Z)
  [6]
  $ rk certs renew gate/online --quiet; rk doctor
  ! the home is sound

A key, a unit, a CA in wrong hands.

  $ fleet; rk certs renew gate/online --reason compromise --yes --comment 'laptop lost'
  SLOT         OUTCOME  REASON      OLD NUMBER    NEW NUMBER
  gate/online  renewed  compromise  <6>  <7>
  ! run 3: 1 renewed
  ! revoked for keyCompromise: 1 certificate; destroyed on the units: 1 old key
  ! all software that trusts issuer 'local' must get its list; no list contains it yet: rekey issuers crl local --out FILE
  $ rk issuers crl local --out local.crl
  ! wrote list 1772366400000000 of issuer 'local' to local.crl: 1 revoked; the next is due by 2026-03-08T12:00:00Z
  $ rk certs revoke pump/online --reason keyCompromise --force
  ! revoked certificate <8> of pump/online for keyCompromise
  ! warning: pump/online still uses it; replace it: rekey certs renew pump/online --reason compromise
  ! no list contains it yet: rekey issuers crl local --out FILE
  $ rk units remove pump --yes
  ! pump: removed; what is on the unit was not touched
  $ rk issuers crl local --out local.crl
  ! wrote list 1772366400000001 of issuer 'local' to local.crl: 2 revoked; the next is due by 2026-03-08T12:00:00Z
  $ openssl crl -in local.crl -noout -text | grep -A4 Serial | scrub
      Serial Number: <6>
          Revocation Date: Mar  1 12:00:00 2026 GMT
          CRL entry extensions:
              X509v3 CRL Reason Code: 
                  Key Compromise
      Serial Number: <8>
          Revocation Date: Mar  1 12:00:00 2026 GMT
          CRL entry extensions:
              X509v3 CRL Reason Code: 
                  Key Compromise
  $ fleet; rk issuers create local-2
  ! made issuer 'local-2', CN=rekey local-2 <ca>,O=Example, which expires 2056-03-01T12:00:00Z
  $ rk issuers export local-2 >new-root.pem
  $ rk issuers default local-2
  ! issuer 'local-2' is the default; what others signed is due now, see: rekey certs renew --due --dry-run
  $ rk certs renew --all --issuer local-2 --reason migration
  SLOT         OUTCOME  REASON     OLD NUMBER    NEW NUMBER
  gate/online  renewed  migration  <9>  <10>
  pump/online  renewed  migration  <11>  <12>
  ! run 3: 2 renewed
  ! 2 slots stay with issuer 'local-2', whatever policy says
  !   to let one go: rekey units set UNIT/TYPE --issuer ''
  $ for u in gate pump; do openssl verify -CAfile new-root.pem units/$u/online/current/cert.pem; done
  units/gate/online/current/cert.pem: OK
  units/pump/online/current/cert.pem: OK

The seal is lost, and in a backup.

  $ fleet; rk -q backup --out fleet.backup --passphrase-file passphrase
  $ rk -q certs renew gate; mv home/seal.key gone
  $ rk certs renew gate
  ! rekey: $T/home/seal.key is missing
  !   put it back from a backup; without it nothing sealed can be opened
  [1]
  $ rk -q --home old restore --yes fleet.backup --passphrase-file passphrase && cp -p old/seal.key home/
  $ rk doctor
  ABOUT  FINDING                                 REMEDY
  runs   run 4 was interrupted with 1 item open  finish its work: rekey certs renew --due
  [6]
  $ rk certs renew gate --quiet; rm -rf old

There is none: a new home takes over the units and the records.

  $ fleet; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out 3.pem 2>/dev/null
  $ rk -q credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key 3.pem --offline
  $ printf 'serialNumber,deviceModel\nD1,Mac\nD2,iPad\n' | rk -q tenants import acme --devices -
  $ printf 'deviceId,id,status\nD1,C1,ACTIVE\n' | rk -q tenants import acme --coverage -
  $ rm home/seal.key
  $ rk tenants devices acme --output jsonl >devices.jsonl; rk tenants coverage acme --output jsonl >coverage.jsonl
  $ rk -q --home new init --organization Example
  $ for u in gate pump; do rk --home new units add $u dir:units/$u --type online; done
  ! gate: online, holds 1 certificate, 1 new here
  ! pump: online, holds 1 certificate, 1 new here
  $ rk --home new certs list --json | jq -c '.certificates[] | [.unit, .number, .state]'
  ["gate","<13>","foreign"]
  ["pump","<14>","foreign"]
  $ rk --home new certs renew --due
  $ rk --home new certs renew --all --reason migration
  SLOT         OUTCOME  REASON     OLD NUMBER    NEW NUMBER
  gate/online  renewed  migration  <13>  <15>
  pump/online  renewed  migration  <14>  <16>
  ! run 1: 2 renewed
  $ rk -q --home new credential add acme --client-id BUSINESSAPI.3 --key-id key-3 --key 3.pem --offline
  $ rk --home new tenants import acme --devices devices.jsonl --coverage coverage.jsonl
  ! acme: 2 devices imported
  ! acme: 1 coverage record imported
  $ rk --home new tenants coverage acme --output csv | head -2 | cut -c1-40
  device_id,id,status,description,starts,e
  D1,C1,ACTIVE,,,,,false,2026-03-01T12:00:
  $ rk --home new doctor; rm -rf new
  ! the home is sound

The store was deleted, and the backup is older than the fleet.

  $ fleet; rm fleet.backup; rk -q backup --out fleet.backup --passphrase-file passphrase
  $ rk -q certs renew gate; mv home broken; rk -q restore --yes fleet.backup --passphrase-file passphrase
  $ rk certs renew --due
  $ rk doctor --all-units
  ABOUT  FINDING                                                                                                                                                                                     REMEDY
  units  gate/online holds certificate <17> of 'CN=rekey local <ca>,O=Example', which is not recorded; recorded is <18>  take it: rekey units check gate --adopt; or overwrite it: rekey certs renew gate/online --force
  [6]
  $ rk units check gate --adopt
  ! gate: online, holds 1 certificate, 1 new here
  ! gate: 1 of them recorded as in use
  $ rk doctor; rm -rf broken
  ! the home is sound

A unit was set back to an old image.

  $ fleet; cp -a units/gate image; at +2m rk -q certs renew gate; rm -r units/gate; cp -a image units/gate
  $ rk certs verify
  SLOT         FINDING
  gate/online  holds certificate <19>, which is superseded, not the recorded <20>
  [6]
  $ rk certs renew --due
  $ rk certs renew gate
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  refused  manual  <20>
  ! warning: gate/online refused: the unit holds certificate <19> of 'CN=rekey local <ca>,O=Example', not the recorded <20>; take it: rekey units check gate --adopt; or overwrite it: rekey certs renew gate/online --force
  ! run 4: 1 refused
  [6]
  $ rk certs renew gate --force --quiet; rk certs verify
  ! every slot holds what is recorded

To one whose certificate is revoked by now: that is not taken.

  $ rm -r image; cp -a units/gate image; rk -q certs renew gate --reason compromise --yes; rm -r units/gate; mv image units/gate
  $ rk doctor
  ABOUT  FINDING                                                                                                                                              REMEDY
  units  gate/online holds certificate <21>, which is revoked, not the recorded <22>  overwrite it: rekey certs renew gate/online --force
  [6]
  $ rk units check gate --adopt
  ! gate: online, holds 1 certificate
  ! warning: gate/online: holds certificate <21>, which is revoked, not the recorded <22>
  ! what was revoked or rejected is not taken; to overwrite it: rekey certs renew gate --force
  [6]
  $ rk certs renew gate/online --force --quiet; rk doctor
  ! the home is sound

A home was copied, and both renew.

  $ fleet; cp -a home other; rk -q certs renew gate
  $ rk --home other certs renew gate
  SLOT         OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  gate/online  refused  manual  <23>
  ! warning: gate/online refused: the unit holds certificate <24> of 'CN=rekey local <ca>,O=Example', not the recorded <23>; take it: rekey units check gate --adopt; or overwrite it: rekey certs renew gate/online --force
  ! run 3: 1 refused
  [6]
  $ rk --home other units check gate --adopt
  ! gate: online, holds 1 certificate, 1 new here
  ! gate: 1 of them recorded as in use
  $ rk --home other certs verify
  ! every slot holds what is recorded

An old home, and one from the future.

  $ rm -r home; mkdir -m 700 home; sqlite3 home/rekey.db <"$TESTDIR/../package/first_home.sql"
  $ install -m 600 "$TESTDIR/../package/first_home.seal" home/seal.key; chmod 600 home/rekey.db
  $ rk certs list
  ! rekey: $T/home/rekey.db was written by an older rekey (schema 1; this one reads 23)
  !   any command that changes something brings it up to date, after a backup: rekey doctor --repair
  [1]
  $ at '2026-12-01' rk doctor --repair
  ! not compared: pump-1: cannot open /srv/units/pump-1: No such file or directory
  ! the home is sound
  $ ls home | grep bak; rk certs list --output csv | wc -l
  rekey.db.bak-1
  3
  $ sqlite3 home/rekey.db 'PRAGMA user_version = 99'; rk certs list
  ! rekey: $T/home/rekey.db was written by a newer rekey (schema 99; this one knows 23)
  !   use that version, or a newer one
  [6]
