One page on the state of the home; tests/report looks at it in a browser.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init --organization 'R&D <Fleet>'
  $ rk report --out empty.html; head -5 empty.html; tail -1 empty.html
  <!DOCTYPE html>
  <html lang="en">
  <head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
  </html>
  $ text() { python3 "$TESTDIR/text_of_page.py" "$1" | sed -E 's/\b[0-9A-F]{12}…/<digits>/; s/–/-/g; s/\xc2\xa0/ /g' | scrub; }
  $ text empty.html
  # R&D <Fleet>: certificates and credentials
  Green: No certificate is in use.
  Made 2026-03-01 12:00 UTC by rekey 0.1.0 from $T/home. All times are UTC.
  units | 0
  certificates in use | 0
  of them expired | 0
  end within 30 days | 0
  due by policy | 0
  tenants | 0
  ## What needs attention
  Nothing.
  ## When certificates expire
  No certificate is in use.
  ## Keys, signatures and issuers
  ### Issuers
  Issuer | Ends | Key | In use | Subject
  local | 2056-03-01 in 30 years | ec-p256 | 0 | CN=rekey local <ca>,O=R&D \<Fleet\>
  ## Findings against policy
  None.
  0 slots were judged by the policy of today.
  ## Renewals since 2025-04-01
  There were none.
  ## Credentials and their health
  No tenant has a credential.
  ## Changed since 2026-01-30 12:00 UTC
  The last 30 days of the whole home, by its audit trail. Another begin: rekey report --since DATE
  What | How many
  first certificates of slots | 0
  certificates renewed | 0
  certificates revoked | 0
  units added | 0
  units removed | 0
  revisions of the policy | 0
  credentials rotated | 0
  entry by entry: rekey audit list --since 2026-01-30T12:00:00Z
  ## Audit chain
  Verified: each of its 2 entries fits the one before it.
  Read up to entry 2, the last one. Its hash: <sha256>
  Note it elsewhere: rekey audit verify --head tells later whether it is still in the chain.
  ## What this report does not know
  It shows what was recorded when it was made, read at one instant. It asked no unit what it holds, no server what it serves, and no provider whether a credential works: rekey certs verify and rekey credential verify do that. Certificates of units that were removed, and earlier certificates, are not counted as in use.

A fleet, with something of everything.

  $ printf '[type.iam]\nvalidity = "1y"\n' | load_policy
  $ mkdir u1 u2 u3
  $ for u in u1 u2 u3; do rk -q units add $u dir:$u --type online --type iam --label 'x=<i>'; rk -q certs generate $u; done
  $ mv u3 away; at +60d rk -q certs renew u1/iam u3 --reason audit --comment 'ticket <b>' 2>/dev/null
  ! warning: u3/online deferred: cannot open $T/u3: No such file or directory
  ! warning: u3/iam deferred: cannot open $T/u3: No such file or directory
  [4]
  $ openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem 2>/dev/null
  $ at +60d rk -q credential add '<b>main' --tenant acme --client-id B.1 --key-id k --key key.pem --offline
  $ at +395d rk report --out fleet.html; text fleet.html
  # R&D <Fleet>: certificates and credentials
  Red: 3 of 6 certificates need attention: 2 have expired, 1 is due; 1 ends within 30 days; 3 other things need attention.
  Made 2027-03-31 12:00 UTC by rekey 0.1.0 from $T/home. All times are UTC.
  units | 3
  certificates in use | 6
  of them expired | 2
  end within 30 days | 1
  due by policy | 3
  tenants | 1
  ## What needs attention
  Urgent: 2 certificates in use have expired rekey certs list --due 7d
  Urgent: unit u3 has not answered since 2026-04-30T12:00:00Z, and had to be back by 2027-03-01T12:00:00Z rekey units list
  2 slots violate policy rekey policy check
  3 certificates are due by policy rekey certs renew --due --dry-run
  1 active credential was never used with success rekey credential verify
  the home was never backed up rekey backup --out FILE
  ## By x
  ### <i> Red
  units | 3
  in use | 6
  expired | 2
  in 30 days | 1
  due | 3
  away | 1
  ## The next 30 days, by name
  Slot | Ends | What will happen
  u1/iam | 2027-04-30 in 30 days | renewed automatically: due now
  Automatically: by rekey certs renew --due, where it is scheduled.
  ## When certificates expire
  ### In the next twelve months
  iam
  Month | Certificates | Of which
  expired | 2 | iam 2
  2027-04 | 1 | iam 1
  ### Year by year
  iam
  online
  Year | Certificates | Of which
  2027 | 1 | iam 1
  2036 | 3 | online 3
  ### The first to end
  Slot | Ends | Number
  u2/iam | expired 2027-03-01 30 days ago | <digits>
  u3/iam | expired 2027-03-01 30 days ago | <digits>
  u1/iam | 2027-04-30 in 30 days | <digits>
  u1/online | 2036-03-01 in 8 years | <digits>
  u2/online | 2036-03-01 in 8 years | <digits>
  u3/online | 2036-03-01 in 8 years | <digits>
  ## Keys, signatures and issuers
  ### Key algorithms
  Key | Share | Certificates | %
  ec-p256 | | 6 | 100.0
  ### Signatures
  Signature | Share | Certificates | %
  ecdsa-with-SHA256 | | 6 | 100.0
  ### Issuers
  Issuer | Ends | Key | In use | Subject
  local | 2056-03-01 in 28 years | ec-p256 | 6 | CN=rekey local <ca>,O=R&D \<Fleet\>
  ## Findings against policy
  2 of 6 slots violate policy. What a renewal mends is due.
  ### expired: 2
  Slot | Violation | Number
  u2/iam | expired on 2027-03-01T12:00:00Z | <digits>
  u3/iam | expired on 2027-03-01T12:00:00Z | <digits>
  ## Units that are away
  1 of 3 units did not answer when last asked. Units with a renewal that waits for them: 1.
  Unit | Away since | Must be back by | Due there
  u3 | 2026-04-30 335 days ago | 2027-03-01 30 days ago | 1
  ## Renewals since 2026-04-01
  ### By month and outcome
  renewed
  deferred
  Month | Slots | Of which
  2026-04 | 3 | renewed 1, deferred 2
  ### By reason
  Reason | renewed | deferred | failed | refused | open
  audit | 1 | 2 | 0 | 0 | 0
  ### By whom
  Who | Runs | Renewed | Failed
  <actor> | 1 | 1 | 0
  ### The newest runs
  Run | Begun | Asked for | By | Ended | renewed | deferred | failed | refused | open
  4 | 2026-04-30 12:00 UTC | renew u1/iam u3 for audit “ticket <b>” | <actor> | done | 1 | 2 | 0 | 0 | 0
  3 | 2026-03-01 12:00 UTC | generate u3 | <actor> | done | 2 | 0 | 0 | 0 | 0
  2 | 2026-03-01 12:00 UTC | generate u2 | <actor> | done | 2 | 0 | 0 | 0 | 0
  1 | 2026-03-01 12:00 UTC | generate u1 | <actor> | done | 2 | 0 | 0 | 0 | 0
  ## Credentials and their health
  Tenants: 1. Credentials that are active or staged: 1; failed when last used: 0; never used with success: 1.
  Tenant | Credential | State | Health | Last success | Rotation
  acme | <b>main | active | unknown | - | -
  ## Changed since 2027-03-01 12:00 UTC
  The last 30 days of the whole home, by its audit trail. Another begin: rekey report --since DATE
  What | How many
  first certificates of slots | 0
  certificates renewed | 0
  certificates revoked | 0
  units added | 0
  units removed | 0
  revisions of the policy | 0
  credentials rotated | 0
  entry by entry: rekey audit list --since 2027-03-01T12:00:00Z
  ## Audit chain
  Verified: each of its 22 entries fits the one before it.
  Read up to entry 22, the last one. Its hash: <sha256>
  Note it elsewhere: rekey audit verify --head tells later whether it is still in the chain.
  ## What this report does not know
  It shows what was recorded when it was made, read at one instant. It asked no unit what it holds, no server what it serves, and no provider whether a credential works: rekey certs verify and rekey credential verify do that. Certificates of units that were removed, and earlier certificates, are not counted as in use.

Its numbers are those of the commands that it names.

  $ at +395d rk report --output json >fleet.json; jq -c 'to_entries[] | [.key, (.value | keys_unsorted)]' fleet.json
  ["report",["made_at","version","home","organization","clock_right","level","sentence","concerns"]]
  ["units",["total","online","offline","deferred","slots","empty_slots","away"]]
  ["certificates",["in_use","due","due_offline","revoked_in_use","first_end","states","ending_within_days","types","keys","signatures","timeline","soonest"]]
  ["issuers",["total","list"]]
  ["policy",["violating","rules","findings"]]
  ["renewals",["since","runs","unfinished_runs","counts","newest_runs","actors"]]
  ["credentials",["tenants","failing","unproven","oldest_success","oldest_since","older_than_allowed","unfinished_rotations","states","list"]]
  ["alerts",[0,1,2,3,4,5]]
  ["sites",["label","total","list"]]
  ["ahead",["days","total","list"]]
  ["changes",["since","certificates_generated","certificates_renewed","certificates_revoked","units_added","units_removed","policy_revisions","credentials_rotated"]]
  ["audit",["entries","head","head_seq","sound","problems"]]
  $ jq -c '.report.concerns[]' fleet.json
  {"urgent":true,"concern":"2 certificates in use have expired","command":"rekey certs list --due 7d"}
  {"urgent":true,"concern":"unit u3 has not answered since 2026-04-30T12:00:00Z, and had to be back by 2027-03-01T12:00:00Z","command":"rekey units list"}
  {"urgent":false,"concern":"2 slots violate policy","command":"rekey policy check"}
  {"urgent":false,"concern":"3 certificates are due by policy","command":"rekey certs renew --due --dry-run"}
  {"urgent":false,"concern":"1 active credential was never used with success","command":"rekey credential verify"}
  {"urgent":false,"concern":"the home was never backed up","command":"rekey backup --out FILE"}
  $ at +395d rk metrics | grep -E '^rekey_(certificates_due|units_deferred|certificates_ending)'
  rekey_certificates_ending{days="0"} 2
  rekey_certificates_ending{days="1"} 2
  rekey_certificates_ending{days="7"} 2
  rekey_certificates_ending{days="30"} 3
  rekey_certificates_ending{days="90"} 3
  rekey_certificates_ending{days="365"} 3
  rekey_units_deferred 1
  rekey_certificates_due 3
  rekey_certificates_due_offline 1
  $ jq -c '[.certificates.due, .certificates.due_offline, .units.deferred, .certificates.ending_within_days]' fleet.json
  [3,1,1,{"0":2,"1":2,"7":2,"30":3,"90":3,"365":3}]
  $ at +395d rk certs timeline --output csv | tr -d '\r' | grep -v period
  2027-03,iam,2
  2027-04,iam,1
  2036-03,online,3
  $ jq -r '.certificates.timeline[] | [.period, .type, .certificates] | @csv' fleet.json | tr -d '"'
  expired,iam,2
  2027-04,iam,1
  2036-03,online,3
  $ at +395d rk -q policy check --json | jq -c '[.violations[] | [.unit, .type, .rule]]'; jq -c '.policy' fleet.json
  [["u2","iam","expired"],["u3","iam","expired"]]
  {"violating":2,"rules":{"expired":2},"findings":[{"rule":"expired","slot":"u2/iam","number":"<1>","violation":"expired on 2027-03-01T12:00:00Z"},{"rule":"expired","slot":"u3/iam","number":"<2>","violation":"expired on 2027-03-01T12:00:00Z"}]}
  $ at +395d rk audit verify --json | jq -r .head | diff - <(jq -r .audit.head fleet.json) && jq -c '.audit | del(.head)' fleet.json
  {"entries":22,"head_seq":22,"sound":true,"problems":[]}
  $ jq -c '.renewals.counts[]' fleet.json
  {"month":"2026-04","reason":"audit","outcome":"deferred","slots":2}
  {"month":"2026-04","reason":"audit","outcome":"renewed","slots":1}
  $ jq -c '.credentials.list[]' fleet.json
  {"name":"<b>main","tenant":"acme","state":"active","health":"unknown","last_success":null,"last_failure":null,"rotation":null}

The forms: what is said here, what is said for all commands, the page.

  $ at +395d rk report --json | diff - fleet.json
  $ at +395d rk report --output jsonl | wc -l
  1
  $ at +395d rk report --format csv >fleet.csv; at +395d rk report --output csv --out - | diff - fleet.csv
  $ head -5 fleet.csv | tr -d '\r'; grep -E '^(policy|audit),' fleet.csv | tr -d '\r' | scrub
  section,list,row,field,value
  report,,,made_at,2027-03-31T12:00:00Z
  report,,,version,0.1.0
  report,,,home,$T/home
  report,,,organization,R&D <Fleet>
  policy,,,violating,2
  policy,rules,,expired,2
  policy,findings,1,rule,expired
  policy,findings,1,slot,u2/iam
  policy,findings,1,number,<1>
  policy,findings,1,violation,expired on 2027-03-01T12:00:00Z
  policy,findings,2,rule,expired
  policy,findings,2,slot,u3/iam
  policy,findings,2,number,<2>
  policy,findings,2,violation,expired on 2027-03-01T12:00:00Z
  audit,,,entries,22
  audit,,,head,<sha256>
  audit,,,head_seq,22
  audit,,,sound,true
  $ at +395d rk report --output html --json --out again.html; cmp again.html fleet.html

The ending of the file says its form, unless something else does.

  $ rk report --out now.json; rk report --out now.jsonl; rk report --out now.CSV; rk report --json --out data.html
  $ jq '.report | has("made_at")' now.json data.html; wc -l <now.jsonl; head -1 now.CSV | tr -d '\r'
  true
  true
  1
  section,list,row,field,value
  $ rk report --output pdf
  ! rekey: --output: 'pdf' is none of html, json, csv
  !   as in: --output html
  [2]
  $ rk report nobody
  ! rekey: there is no unit 'nobody'
  !   see: rekey units list
  [2]

For a boss: how things are, the same for status; tiles of a label; what ends soon, and what becomes of it.

  $ jq -r '.report | .level, .sentence' fleet.json; at +395d rk status --json | jq -r .state
  red
  3 of 6 certificates need attention: 2 have expired, 1 is due; 1 ends within 30 days; 3 other things need attention.
  red
  $ grep ',sentence,' fleet.csv | tr -d '\r'
  report,,,sentence,"3 of 6 certificates need attention: 2 have expired, 1 is due; 1 ends within 30 days; 3 other things need attention."
  $ jq -c '.sites.list[], (.ahead.list[] | del(.number, .not_after))' fleet.json
  {"value":"<i>","all_others":false,"level":"red","units":3,"away":1,"in_use":6,"expired":2,"ending_within_30_days":1,"due":3}
  {"slot":"u1/iam","days_left":30,"fate":"automatic","what":"renewed automatically: due now"}
  $ at +395d rk -q units set u2 --label site=north
  $ at +395d rk report --by site --json | jq -c '.sites | .label, (.list[] | [.value, .level, .units, .expired])'
  "site"
  [null,"red",2,1]
  ["north","red",1,1]
  $ rk report --by sit
  ! rekey: --by: no unit has a label 'sit'
  !   did you mean 'site'? see: rekey units list
  [2]

For an auditor: who did it, why, and what changed since the last report.

  $ jq -c '.renewals.actors, (.renewals.newest_runs[0] | [.actor, .comment])' fleet.json
  [{"actor":"<actor>","runs":1,"renewed":1,"failed":0}]
  ["<actor>","ticket <b>"]
  $ at +395d rk report --since 2026-03-01 --json | jq -c .changes
  {"since":"2026-03-01T00:00:00Z","certificates_generated":6,"certificates_renewed":1,"certificates_revoked":0,"units_added":3,"units_removed":0,"policy_revisions":1,"credentials_rotated":0}
  $ at +395d rk report --since 350d --json | jq -c '.changes | [.since, .certificates_renewed]'
  ["2026-04-15T12:00:00Z",1]
  $ rk report --since yesterday
  ! rekey: --since: 'yesterday' is not a time
  !   write it as 2026-11-01, as 2026-11-01T12:00:00Z, or as a length of time back: 7d
  [2]

Nothing comes from elsewhere, nothing runs, and no key is in it.

  $ grep -oE '<(script|link|img|iframe|object|embed|form|base)' fleet.html; grep -cE '(src|href|url)[=(]' fleet.html
  0
  [1]
  $ grep -oE 'Content-Security-Policy[^>]*' fleet.html
  Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
  $ grep -c -e 'PRIVATE KEY' -e "$(sed -n 2p key.pem)" fleet.html fleet.json fleet.csv
  fleet.html:0
  fleet.json:0
  fleet.csv:0
  [1]

Into a file at once, readable by all; what was there before stays when that fails. Reading writes nothing.

  $ stat -c %a fleet.html; echo old >old.html
  644
  $ rk report --out nowhere/fleet.html
  ! rekey: cannot open nowhere: No such file or directory
  !   make the folder, or name another
  [2]
  $ rk --home none report --out old.html; cat old.html
  ! rekey: there is no home at none
  !   make one: rekey --home none init
  old
  $ rk report --out old.html; head -1 old.html; ls -A | grep old
  <!DOCTYPE html>
  old.html
  $ before=$(rk audit verify --json | jq .entries); rk report >/dev/null; rk audit verify --json | jq ".entries - $before"
  0

A chain that was changed is said first.

  $ sqlite3 home/rekey.db "UPDATE audit SET actor = 'nobody' WHERE seq = 2"
  $ at +395d rk report --json | jq -c '.audit | [.sound, .problems]'; at +395d rk report --out broken.html; text broken.html | grep -A2 'What needs'
  [false,[{"problem":"entry 2 does not fit its hash, or not the entry before it"}]]
  ## What needs attention
  Urgent: the audit chain is broken: entry 2 does not fit its hash, or not the entry before it rekey audit verify
  Urgent: 2 certificates in use have expired rekey certs list --due 7d
  $ text broken.html | grep -A4 'Audit chain'
  ## Audit chain
  Broken. Problems: 1, in 23 entries:
  entry 2 does not fit its hash, or not the entry before it
  Read up to entry 23, the last one. Its hash: <sha256>
  ## What this report does not know
