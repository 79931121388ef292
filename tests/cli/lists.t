No list of revoked certificates goes backwards. openssl judges.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir u lists; rk -q init; cp /dev/null empty.pem
  $ echo 'correct horse battery' >pass; chmod 600 pass
  $ rk -q units add u dir:u --type online --type iam --type sm; rk -q certs generate u
  $ number() { openssl crl ${2:-} -in "$1" -noout -crlnumber | sed 's/.*=0x//'; }
  $ entries() { openssl crl ${2:-} -in "$1" -noout -text | sed -n 's/.*Serial Number: //p' | sort; }
  $ serial() { openssl x509 -in "$1" -noout -serial | cut -d= -f2; }
  $ grows() { [ $((16#$1)) -lt $((16#$2)) ] && echo grows; }
  $ iam=$(serial u/iam/current/cert.pem); online=$(serial u/online/current/cert.pem); sm=$(serial u/sm/current/cert.pem)

The number follows the clock, and goes on where the clock goes back.

  $ rk issuers crl local --out one.pem
  ! wrote list 1772366400000000 of issuer 'local' to one.pem: 0 revoked; the next is due by 2026-03-08T12:00:00Z
  $ at +2m rk -q issuers crl local --out two.pem; rk -q issuers crl local --out three.pem
  $ for name in one two three; do number $name.pem; done
  064BF535AF1000
  064BF53CD61E00
  064BF53CD61E01

A home that came from a backup does not know what was revoked since. Restore and doctor say so, the list that lies
there is read before it is replaced, and nothing that it said is lost.

  $ rk -q backup --out safe --passphrase-file pass
  $ rk -q certs revoke "$iam" --reason keyCompromise --force; rk -q issuers crl local --out one.pem; before=$(number one.pem)
  ! warning: u/iam still uses it; replace it: rekey certs renew u/iam --reason compromise
  $ rk -q certs renew u/sm --reason compromise --yes; rk -q issuers crl local --out one.pem; before=$(number one.pem)
  $ entries one.pem | wc -l
  2
  $ mv home lost; rk restore --yes safe --passphrase-file pass
  ! $T/home is as it was on 2026-03-01T12:00:00Z
  ! What happened later is not known to it: certificates issued since are on their units only, revocations
  ! since on published lists only, and credentials that were rotated or destroyed since have come back.
  ! Look what differs: rekey doctor
  ! To take what a unit holds: rekey units check UNIT --adopt
  ! warning: lists of issuer 'local' were made before the backup that this home came from; what was revoked since is not known here
  !   name the list that was made last, which is read before it is replaced: rekey issuers crl local --out FILE
  $ rk doctor
  ABOUT        FINDING                                                                                                                                                                    REMEDY
  revocations  lists of issuer 'local' were made before the backup that this home came from; what was revoked since is not known here                                                     name the list that was made last, which is read before it is replaced: rekey issuers crl local --out FILE
  units        u/sm holds certificate <1> of 'CN=rekey local <ca>', which is not recorded; recorded is <2>  take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  [6]
  $ rk issuers crl local --out one.pem --json | jq -c '{revoked, taken_over}'
  {"revoked":2,"taken_over":2}
  $ grows "$before" "$(number one.pem)"; entries one.pem | grep -c -e "$iam" -e "$sm"
  grows
  2
  $ rk doctor 2>&1 | grep -c 'lists of issuer'
  0
  [1]
  $ rk certs show "$iam" --json | jq -c '{state, revocation_reason}'
  {"state":"active","revocation_reason":"keyCompromise"}
  $ rk certs list --history | grep revoked
  u/iam     <3>  2026-03-01  2036-03-01  3653  revoked!  ec-p256          CN=rekey local <ca>
  u/sm      <2>  2026-03-01  2036-03-01  3653  revoked!  ec-p256          CN=rekey local <ca>
  $ rk audit list --json | jq -c '.entries[] | select(.action == "issuer.crl.take") | [.subject, .detail]'
  ["local","{\"path\":\"one.pem\",\"number\":\"1772366520000003\",\"taken\":2}"]
  $ rk audit verify | tail -1
  problems  -

The same without a list that was there, in the same second as the restore: the number alone is larger.

  $ mv home again; rk -q restore --yes safe --passphrase-file pass
  ! warning: lists of issuer 'local' were made before the backup that this home came from; what was revoked since is not known here
  !   name the list that was made last, which is read before it is replaced: rekey issuers crl local --out FILE
  $ rk -q issuers crl local --out four.pem; grows "$(number three.pem)" "$(number four.pem)"
  grows
  $ rm -r home; mv again home

What a list knew of certificates that are not in the store counts as soon as one comes in.

  $ mkdir other; cp -a lost second; REKEY_HOME=$T/second rk -q units add v dir:other --type online
  $ REKEY_HOME=$T/second rk -q certs generate v; v=$(serial other/online/current/cert.pem)
  $ REKEY_HOME=$T/second rk -q certs revoke "$v" --reason privilegeWithdrawn --force
  ! warning: v/online still uses it; replace it: rekey certs renew v/online
  $ REKEY_HOME=$T/second rk -q issuers crl local --out one.pem
  $ rk issuers crl local --out one.pem
  ! took over 1 revocation from the list that was there
  ! wrote list 1772366520000006 of issuer 'local' to one.pem: 3 revoked; the next is due by 2026-03-08T12:00:00Z
  $ entries one.pem | grep -c "$v"
  1
  $ rk issuers crl local --out fresh.pem; entries fresh.pem | grep -c "$v"
  ! wrote list 1772366520000007 of issuer 'local' to fresh.pem: 3 revoked; the next is due by 2026-03-08T12:00:00Z
  1

What is no list, and a list of another CA, is not replaced. An empty file is nothing.

  $ echo nonsense >other.pem; rk issuers crl local --out other.pem; cat other.pem
  ! rekey: other.pem: not PEM, where a list of revoked certificates in PEM is needed
  !   find out what put it there, and move it away
  nonsense
  $ rk -q issuers create second; rk -q issuers crl second --out second.pem; cp second.pem kept.pem
  $ rk issuers crl local --out second.pem; cmp second.pem kept.pem
  ! rekey: second.pem is a list of 'CN=rekey second <ca>', which issuer 'local' did not sign
  !   find out what put it there, and move it away
  $ head -c 300 one.pem >cut.pem; rk issuers crl local --out cut.pem; wc -c <cut.pem
  ! rekey: cut.pem: block 1 of the PEM is damaged or cut off
  !   find out what put it there, and move it away
  300
  $ truncate -s 65M large.pem; rk issuers crl local --out large.pem; stat -c %s large.pem
  ! rekey: large.pem has 68157440 bytes, more than a list of revoked certificates has
  !   find out what put it there, and move it away
  68157440
  $ rk -q issuers crl local --out empty.pem; entries empty.pem | wc -l
  3

The same in the folder for lists. One CA's trouble does not hold up the others'.

  $ mkdir -p "$XDG_CONFIG_HOME/rekey"; echo "crl_folder = \"$T/lists\"" >"$XDG_CONFIG_HOME/rekey/config.toml"
  $ echo nonsense >lists/local.crl; rk certs renew --due; ls lists; cat lists/local.crl
  ! warning: u/sm refused: the unit holds certificate <1> of 'CN=rekey local <ca>', not the recorded <2>; take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  ! warning: the lists of revoked certificates are not up to date: $T/lists/local.crl: not PEM, where a list of revoked certificates in PEM is needed (find out what put it there, and move it away); the next run tries again
  ! run 2: 1 renewed, 1 refused
  local.crl
  second.crl
  second.crl.pem
  nonsense
  $ rk doctor
  ABOUT  FINDING  REMEDY
  revocations  $T/lists/local.crl: not PEM, where a list of revoked certificates in PEM is needed  find out what put it there, and move it away
  slots  u/sm uses certificate <2>, which was revoked on 2026-03-01T12:00:00Z for keyCompromise  replace it: rekey certs renew u/sm
  units  u/sm holds certificate <1> of 'CN=rekey local <ca>', which is not recorded; recorded is <2>  take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  [6]
  $ rm lists/local.crl; rk certs renew --due; ls lists
  ! warning: u/sm refused: the unit holds certificate <1> of 'CN=rekey local <ca>', not the recorded <2>; take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  ! run 3: 1 refused
  local.crl
  local.crl.pem
  second.crl
  second.crl.pem
  $ cp second.pem lists/local.crl.pem; rk certs renew u/online --quiet; rk doctor
  ! warning: the lists of revoked certificates are not up to date: $T/lists/local.crl.pem is a list of 'CN=rekey second <ca>', which issuer 'local' did not sign (find out what put it there, and move it away); the next run tries again
  ABOUT  FINDING  REMEDY
  revocations  $T/lists/local.crl.pem is a list of 'CN=rekey second <ca>', which issuer 'local' did not sign  find out what put it there, and move it away
  slots  u/sm uses certificate <2>, which was revoked on 2026-03-01T12:00:00Z for keyCompromise  replace it: rekey certs renew u/sm
  units  u/sm holds certificate <1> of 'CN=rekey local <ca>', which is not recorded; recorded is <2>  take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  [6]
  $ cp one.pem lists/local.crl.pem; at +1h rk certs renew --due; cmp lists/local.crl.pem one.pem >/dev/null || echo replaced
  ! warning: u/sm refused: the unit holds certificate <1> of 'CN=rekey local <ca>', not the recorded <2>; take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  ! run 5: 1 refused
  replaced
  $ openssl crl -in lists/local.crl.pem -outform DER | cmp - lists/local.crl

A newer list there is taken over by doctor --repair too.

  $ mv lists kept; rk -q backup --out later --passphrase-file pass; mv kept lists
  $ at +2h rk -q certs revoke "$online" --reason superseded --force; before=$(number lists/local.crl -inform\ DER)
  $ rm -r home; at +3h rk restore --yes later --passphrase-file pass 2>&1 | tail -2
  ! warning: $T/lists/local.crl is newer than what this home knows of lists of issuer 'local': 1 of its 4 revocations are not recorded here
  !   take them over, as the next list does: rekey doctor --repair
  $ at +3h rk doctor
  ABOUT  FINDING  REMEDY
  revocations  $T/lists/local.crl is newer than what this home knows of lists of issuer 'local': 1 of its 4 revocations are not recorded here  take them over, as the next list does: rekey doctor --repair
  slots  u/sm uses certificate <2>, which was revoked on 2026-03-01T12:00:00Z for keyCompromise  replace it: rekey certs renew u/sm
  units  u/sm holds certificate <1> of 'CN=rekey local <ca>', which is not recorded; recorded is <2>  take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  [6]
  $ at +3h rk doctor --repair
  ABOUT  FINDING                                                                                                                                                                    REMEDY
  slots  u/sm uses certificate <2>, which was revoked on 2026-03-01T12:00:00Z for keyCompromise                                                replace it: rekey certs renew u/sm
  units  u/sm holds certificate <1> of 'CN=rekey local <ca>', which is not recorded; recorded is <2>  take it: rekey units check u --adopt; or overwrite it: rekey certs renew u/sm --force
  ! repaired: $T/lists/local.crl is list 1772377201000000, with 1 revocation taken over
  [6]
  $ grows "$before" "$(number lists/local.crl -inform\ DER)"; entries lists/local.crl.pem | grep -c "$online"
  grows
  1
