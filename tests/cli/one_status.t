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
  revoked/online  <4>  revoked  was revoked
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

Every kind of finding in one home. Made by hand in the store, as nothing else makes it in a test without a provider:
that one refused a credential, and that another failed.

  $ REKEY_HOME="$T/all"; freeze '2025-11-01 12:00:00'; rk -q init; mkdir all.d; cd all.d
  $ config="$XDG_CONFIG_HOME/rekey/config.toml"; mkdir -p "$(dirname "$config")" lists
  $ self_signed() {
  >     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" \
  >         -days "$2" -subj "/CN=$1" -addext "$3" 2>/dev/null; chmod 600 "$1.key"
  > }
  $ self_signed short 140 keyUsage=critical,keyCertSign,cRLSign
  $ rk -q issuers add short --cert short.pem --key short.key
  $ cat >policy.toml <<'END'
  > [credentials]
  > max_age = "100d"
  > [type.expired]
  > validity = "118d"
  > [type.soon]
  > validity = "125d"
  > [type.short]
  > issuer = "short"
  > [type.bare]
  > san = []
  > END
  $ load_policy <policy.toml
  $ mkdir u early run fail away twin
  $ rk -q units add u dir:u $(printf -- '--type %s ' expired soon stuck bare drift emptied revoked) >/dev/null
  $ for n in early run fail; do rk -q units add $n dir:$n --type online; done
  $ rk -q units add away dir:away --type soon; rk -q units add twin dir:twin
  $ printf 'name,address\nfar,ssh://far.example/srv/unit\n' >far.csv; rk -q units add --csv far.csv
  $ for n in u early run fail away; do rk -q certs generate $n >/dev/null; done
  $ rk -q units set u --type empty
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null; chmod 600 key.pem
  $ for t in refused failing turning; do
  >     rk -q credential add $t --tenant $t --client-id C.$t --key-id k --key key.pem --offline; done
  $ echo "crl_folder = '$T/all.d/lists'" >"$config"
  $ rk -q certs revoke u/revoked --reason superseded --force >/dev/null; rm "$config"

120 days later: a certificate has ended, another is about to, as are an issuer and the
lists; nobody asked the unit that is elsewhere.

  $ freeze '2026-03-01 12:00:00'
  $ printf '[type.stuck]\nsan = ["dns:{label.site}"]\n' >>policy.toml; load_policy <policy.toml
  $ cp u/soon/current/*.pem u/drift/current/; rm -r u/emptied; mv away gone; rmdir twin; ln -s u twin
  $ mkdir -p u/found/gen/000001; cp u/soon/current/*.pem u/found/gen/000001; ln -s gen/000001 u/found/current
  $ at +30d self_signed early 90 subjectAltName=DNS:early
  $ for f in cert fullchain chain; do cp early.pem early/online/current/$f.pem; done
  $ cp early.key early/online/current/key.pem; rk -q units check early --adopt
  $ rk -q units check u away >/dev/null
  [6]

A run was killed, and the next one failed. A rotation is cut over, and the clock goes back an hour.

  $ rk -q units set run --reload 'kill -9 $PPID'; rk -q certs renew run >/dev/null
  [137]
  $ rk -q units set run --reload true; rk -q units set fail --reload false; rk -q certs renew fail >/dev/null
  [1]
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out next.pem 2>/dev/null; chmod 600 next.pem
  $ rk -q credential rotate turning --client-id C.next --key-id k --key next.pem --offline
  $ sqlite3 "$REKEY_HOME/rekey.db" "UPDATE credentials SET failure = 'made up', last_failure = 1772362800,
  >     failure_class = CASE name WHEN 'refused' THEN 'invalid_client' ELSE 'server' END
  >     WHERE name IN ('refused', 'failing')"
  $ at +1h rk -q issuers create later
  $ rk status --json >all.json
  [6]
  $ jq -r '.findings[] | [.kind, .urgency, .total] | join(" ")' all.json >all; cat all
  clock critical 1
  expired critical 1
  ends_soon critical 2
  not_valid_yet critical 1
  issuer_ends warning 1
  list_ends critical 2
  shared_folder critical 1
  not_seen warning 1
  credential_refused critical 1
  revoked critical 1
  drift critical 1
  emptied critical 1
  credential_failing critical 1
  violation warning 1
  impossible warning 1
  no_names warning 1
  due warning 6
  away critical 1
  empty warning 1
  interrupted_run warning 1
  failed_run warning 1
  credential_unproven warning 3
  credential_old critical 2
  rotation_unfinished warning 1
  backup warning 1
  found_place note 1

No kind is missing: metrics have a line for each.

  $ rk metrics >metrics; sed -nE 's/^rekey_findings\{kind="(.*)"\} .*/\1/p' metrics | sort >kinds
  $ cut -d' ' -f1 all | sort | diff kinds -

Metrics, the report and the notice have all but the notes. The run is refused for its
clock, so that it mends nothing; people are told all the same.

  $ grep -v ' note ' all >loud
  $ sed -nE 's/^rekey_findings\{kind="(.*)"\} ([1-9][0-9]*)$/\1 \2/p' metrics | sort >counted
  $ cut -d' ' -f1,3 loud | sort | diff - counted
  $ rk report --output json | jq -r '.alerts[] | [.kind, .severity, .total] | join(" ")' | diff loud -
  $ printf "[notify]\ncommand = 'cat >$T/all.d/told'\n" >"$config"; rk -q certs renew --due >/dev/null
  [6]
  $ jq -r '.findings[] | [.kind, .urgency, .total] | join(" ")' told | diff loud -

The doctor says the same words, but for what the next run does by itself (due, ends_soon, violation), for what it says
in words of its own (clock, rotation_unfinished), and for what is wrong with nothing in the home (backup,
credential_unproven, failed_run) or is only to be known (found_place).

  $ rk doctor --json | grep -v '^! ' | jq -r '.findings[].finding' >doctor
  $ jq -r '.findings[] | .kind as $kind | .examples[] | [$kind, .finding] | @tsv' all.json >words
  $ while IFS=$'\t' read -r kind finding; do
  >     if grep -qxF "$finding" doctor; then echo "$kind"; else echo "- $kind"; fi
  > done <words | uniq
  - clock
  expired
  - ends_soon
  not_valid_yet
  issuer_ends
  list_ends
  shared_folder
  not_seen
  credential_refused
  revoked
  drift
  emptied
  credential_failing
  - violation
  impossible
  no_names
  - due
  away
  empty
  interrupted_run
  - failed_run
  - credential_unproven
  credential_old
  - rotation_unfinished
  - backup
  - found_place
  $ grep -cE '^(the clock says|the new credential of tenant .turning.)' doctor
  2

The checks have what is theirs: that a certificate is due, or has no name, is no alarm of `certs check`.

  $ rk policy check --output json | grep -v '^! ' | jq -r '.violations[] | [.unit, .type, .rule] | join(" ")'
  early online not_valid_yet
  u bare no_names
  u expired expired
  u revoked revoked
  u stuck rules
  $ for kind in expired ends_soon not_valid_yet revoked drift emptied impossible no_names empty; do
  >     slot=$(jq -r --arg kind $kind '.findings[] | select(.kind == $kind).examples[0].subject' all.json)
  >     echo "$kind $slot $(rk certs check "$slot" | cut -d' ' -f2)"
  > done
  expired u/expired CRITICAL
  ends_soon away/soon CRITICAL
  not_valid_yet early/online CRITICAL
  revoked u/revoked CRITICAL
  drift u/drift CRITICAL
  emptied u/emptied CRITICAL
  impossible u/stuck WARNING
  no_names u/bare OK
  empty u/empty WARNING
  $ rk certs check
  CERTS CRITICAL - 11 certificates, 9 critical (1 revoked and in use), 3 warning; u/expired expired 2026-02-27T12:00:00Z (2 d ago); early/online uses certificate <9>, which is not valid before 2026-03-31T12:00:00Z (and 7 more) | total=11 warning=3 critical=9
  [2]
  $ rk credential check
  CREDENTIALS CRITICAL - 3 credentials, 2 too old, 0 soon, 2 failing, 3 never used with success; oldest: 'failing' of tenant failing, 120 d | total=3 old=2 soon=0 failing=2 unproven=3
  [2]
