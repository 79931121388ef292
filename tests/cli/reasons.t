Reasons mean what people mean: a rotation is a precaution, a compromise is not.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init; mkdir u v; rk -q units add u dir:u --type online --type iam; rk -q units add v dir:v --type online
  $ rk -q certs generate u; rk -q certs generate v
  $ states() { rk certs list "$1" --history --output csv | cut -d, -f3,10,13 | tr -d '\r' | tail -n +2; }
  $ keys() { cat "$1"/gen/*/key.pem | grep -c BEGIN; }

A rotation makes a new key; the old pair is there to go back to.

  $ rk -q certs renew v --reason rotation; states v; keys v/online
  online,superseded,
  online,active,rotation
  2

What --no-revoke would keep is kept anyway, which is said.

  $ rk certs renew v --reason rotation --no-revoke --quiet
  $ rk certs renew v --no-revoke --output csv | cut -d, -f4 | tr -d '\r' | grep .
  outcome
  renewed
  ! run 5: 1 renewed

A compromise is confirmed: by --yes, or by somebody at a terminal who types what it is about. Until then nothing happens.

  $ rk certs renew u --reason compromise
  ! rekey: 2 certificates would be replaced and revoked for keyCompromise, and their keys destroyed on their units
  !   to confirm it, add --yes
  [6]
  $ rk certs renew u/iam --reason compromise
  ! rekey: the certificate of u/iam would be replaced and revoked for keyCompromise, and its key destroyed on its unit
  !   to confirm it, add --yes
  [6]
  $ timed "$TESTDIR/press.py" "read:type 'u/iam'" 'type:no' -- certs renew u/iam --reason compromise | scrub
  warning: the certificate of u/iam would be replaced and revoked for keyCompromise, and its key destroyed on its unit
  To confirm, type 'u/iam': no
  rekey: not confirmed
    nothing was changed
  [2]
  $ rk certs renew u --reason compromise --no-revoke --yes
  ! rekey: a key that others may have is revoked: --no-revoke contradicts --reason compromise
  !   leave out --no-revoke; as a precaution: --reason rotation
  [2]
  $ rk certs renew u --reason audit --yes
  ! rekey: --yes confirms --reason compromise, and no other reason asks
  !   leave out --yes
  [2]
  $ rk certs renew u --reason compromise --dry-run --output csv | cut -d, -f3-5 | tr -d '\r'
  type,action,reason
  iam,renew,compromise
  online,renew,compromise
  ! dry run: nothing was changed
  $ states u
  iam,active,
  online,active,

Afterwards the old keys are gone, the old certificates revoked, and it is said who has to learn of it.

  $ rk certs renew u --reason compromise --yes --output csv | cut -d, -f3,4 | tr -d '\r'
  type,outcome
  iam,renewed
  online,renewed
  ! run 6: 2 renewed
  ! revoked for keyCompromise: 2 certificates; destroyed on the units: 2 old keys
  ! all software that trusts issuer 'local' must get its list; no list contains it yet: rekey issuers crl local --out FILE
  $ states u; keys u/online; keys u/iam
  iam,revoked,
  iam,active,compromise
  online,revoked,
  online,active,compromise
  1
  1
  $ mkdir pki "$XDG_CONFIG_HOME/rekey"; echo "crl_folder = \"$T/pki\"" >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ rk certs renew u/iam --reason compromise --yes 2>&1 | tail -1
  ! all software that trusts issuer 'local' must get its list: $T/pki/local.crl
  $ openssl crl -in pki/local.crl -inform DER -noout -text | grep -c 'Key Compromise'
  3
  $ states v
  online,superseded,
  online,superseded,rotation
  online,superseded,rotation
  online,active,manual

Policy may revoke what is replaced, whatever the reason; --no-revoke keeps it from that once.

  $ echo 'defaults.revoke_superseded = true' | load_policy
  $ rk -q certs renew v --reason rotation --no-revoke; rk -q certs renew v --reason rotation; states v | tail -3
  online,superseded,manual
  online,revoked,rotation
  online,active,rotation
  $ keys v/online
  2

A home that was in use when a rotation revoked: what was begun then does what was promised, and the change is told once.

  $ echo '# no rules' | load_policy; rm "$XDG_CONFIG_HOME/rekey/config.toml"; mv v away; rk -q certs renew v/online --reason rotation
  ! warning: v/online deferred: cannot open $T/v: No such file or directory
  [4]
  $ sqlite3 home/rekey.db "UPDATE items SET reason = 'compromise' WHERE outcome = 'deferred'; INSERT INTO settings VALUES('rotation_changed', 'untold')"
  $ mv away v; rotate() { timed "$TESTDIR/press.py" -- certs renew v --reason rotation | grep -o 'a rotation is a precaution'; }
  $ rotate
  a rotation is a precaution
  $ states v | tail -2; keys v/online
  online,revoked,rotation
  online,active,compromise
  1
  $ rotate
  [1]
  $ rk audit verify | tail -1
  problems  -
  $ rk doctor
  ! the home is sound
