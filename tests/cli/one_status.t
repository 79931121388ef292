One list of findings: whoever asks is told the same.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ for u in fine empty drift emptied away revoked; do mkdir $u; rk -q units add $u dir:$u --type online; done
  $ for u in fine drift emptied away revoked; do rk -q certs generate $u >/dev/null; done
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  $ rk -q credential add main --tenant acme --client-id C.1 --key-id k --key key.pem --offline

A certificate that somebody put there, a slot that somebody emptied, a unit that is
away, and a certificate that was revoked and is still in use.

  $ cp fine/online/current/*.pem drift/online/current/
  $ rm -r emptied/online
  $ rk -q certs revoke revoked/online --reason keyCompromise --force --yes >/dev/null 2>&1
  $ mv away gone
  $ rk -q units check >/dev/null 2>&1 || echo 'there are differences'
  there are differences
  $ rk status --json | jq -r '.findings[] | [.kind, .urgency, .total] | join(" ")' >status; cat status
  revoked critical 1
  drift critical 1
  emptied critical 1
  due warning 1
  away note 1
  empty warning 1
  credential_unproven warning 1
  backup note 1

Each of those who is about it names it.

  $ rk report --output json | jq -r '.alerts[] | [.kind, .severity, .total] | join(" ")' >report
  $ grep -v ' note ' status | diff - report
  $ rk metrics | sed -nE 's/^rekey_findings\{kind="(.*)"\} ([1-9][0-9]*)$/\1 \2/p' >metrics
  $ grep -v ' note ' status | cut -d' ' -f1,3 | diff - metrics
  $ rk metrics | grep '^rekey_findings_critical'
  rekey_findings_critical 3
  $ rk certs check | grep -oE 'CERTS [A-Z]+|1 revoked and in use|drift/online holds|and [0-9]+ more'
  CERTS CRITICAL
  1 revoked and in use
  drift/online holds
  and 2 more
  $ rk policy check | grep -o '^revoked/online .*revoked'
  revoked/online  .*revoked (re)
  $ rk credential check | grep -oE 'CREDENTIALS [A-Z]+|1 never used with success'
  CREDENTIALS WARNING
  1 never used with success
  $ rk doctor | grep -oE '^[a-z]+ +(drift|empty|emptied|revoked)/online' | sort -u
  slots  empty/online
  slots  revoked/online
  units  drift/online
  units  emptied/online

Later: what ended, what is due, and who must be back.

  $ later() { at '2036-02-27 12:00:00' rk "$@"; }
  $ later status --json | jq -r '.findings[] | [.kind, .urgency] | join(" ")' >status; cat status
  clock critical
  ends_soon critical
  revoked critical
  drift critical
  emptied critical
  due warning
  away critical
  empty warning
  credential_unproven warning
  credential_old critical
  backup warning
  $ later report --output json | jq -r '.alerts[] | [.kind, .severity] | join(" ")' | diff status -
  $ later credential check | grep -oE 'CREDENTIALS [A-Z]+|1 too old'
  CREDENTIALS CRITICAL
  1 too old
  $ later doctor | grep -oE '^(units +unit away has not answered|credentials +credential .main. of tenant .acme. is 3650 days old)'
  units        unit away has not answered
  credentials  credential 'main' of tenant 'acme' is 3650 days old
  $ later status | grep 'unit away'
    now   unit away has not answered since 2026-03-01T12:00:00Z, and must be back by 2036-03-01T12:00:00Z

What is mended is gone from all.

  $ rk -q certs renew drift emptied revoked --force >/dev/null; rk -q certs generate empty >/dev/null
  $ rk status --json | jq -r '.findings[] | [.kind, .urgency] | join(" ")'
  away note
  credential_unproven warning
  backup note
