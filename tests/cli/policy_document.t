The policy of a home: loaded, edited, compared, and never read from a user's configuration.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ mkdir -p u1 u2 "$XDG_CONFIG_HOME/rekey"; rk -q init --organization Example
  $ for u in u1 u2; do rk -q units add $u dir:$u --type online; rk -q certs generate $u >/dev/null; done
  $ issued() { rk audit list --json | jq '[.entries[] | select(.action == "certificate.issue")] | length'; }
  $ rk policy show --toml
  ! no policy was loaded into this home; the built-in rules hold
  $ rk policy history
  ! no policy was loaded into this home; the built-in rules hold
  $ rk policy diff

What makes slots due is shown before, and needs a word where nobody can be asked.

  $ cat >one.toml <<'TOML'
  > # Ours since 2026.
  > [defaults]
  > key = "ec-p384"   # by decree
  > TOML
  $ rk policy load one.toml --dry-run
  ! 2 slots become due:
  !   u1/online: key is ec-p256, rules say ec-p384
  !   u2/online: key is ec-p256, rules say ec-p384
  ! dry run: nothing was changed
  $ rk policy load one.toml
  ! 2 slots become due:
  !   u1/online: key is ec-p256, rules say ec-p384
  !   u2/online: key is ec-p256, rules say ec-p384
  ! rekey: 2 slots become due by this policy
  !   to confirm it, add --yes
  [6]
  $ rk policy history; rk certs renew --due
  ! no policy was loaded into this home; the built-in rules hold
  $ rk policy check --file one.toml
  ! 2 certificates in use, none violates policy
  $ rk -q policy load one.toml --yes --comment 'P-384 everywhere' --json | jq -c .
  {"revision":1,"already":false,"due":{"slots":2,"examples":[{"slot":"u1/online","why":"key is ec-p256, rules say ec-p384"},{"slot":"u2/online","why":"key is ec-p256, rules say ec-p384"}]},"violating":{"slots":0,"examples":[]},"impossible":{"slots":0,"examples":[]}}
  $ rk policy load one.toml
  ! the same document is in force, as revision 1
  $ rk policy show --toml | cmp - one.toml
  $ rk audit list --json | jq -c '.entries[] | select(.action == "policy.load") | [.subject, .detail]'
  ["policy revision 1","{\"revision\":1,\"before\":0,\"comment\":\"P-384 everywhere\"}"]
  $ rk certs renew --due --verbose
  SLOT       OUTCOME  REASON  OLD NUMBER    NEW NUMBER
  u1/online  renewed  policy  <2>  <4>
  u2/online  renewed  policy  <3>  <5>

What no longer can be made, or violates it, is shown too.

  $ { cat one.toml; echo 'allowed_keys = ["ed25519"]'; } | rk policy load - --dry-run
  ! 2 slots cannot be renewed by it:
  !   u1/online: u1/online: key 'ec-p384' is not among allowed_keys; set 'key' to one of ed25519, or allow it
  !   u2/online: u2/online: key 'ec-p384' is not among allowed_keys; set 'key' to one of ed25519, or allow it
  ! dry run: nothing was changed
  $ printf '[defaults]\nkey = "ec-p384"\nvalidity = "5y"\n' | rk policy load - --comment 'shorter'
  ! 2 slots violate it:
  !   u1/online: valid for 3653 days, policy says 5y
  !   u2/online: valid for 3653 days, policy says 5y
  ! policy revision 2 is in force
  $ rk policy history --output csv | tr -d '\r' | scrub
  revision,loaded_at,actor,comment
  1,2026-03-01T12:00:00Z,<actor>,P-384 everywhere
  2,2026-03-01T12:00:00Z,<actor>,shorter
  $ rk policy diff
  --- policy revision 1
  +++ policy revision 2
  @@ -1,3 +1,3 @@
  -# Ours since 2026.
   [defaults]
  -key = "ec-p384"   # by decree
  +key = "ec-p384"
  +validity = "5y"
  $ rk policy diff 2; rk policy show --revision 1 --output csv | tail -n 1 | tr -d '\r'
  [defaults],key,ec-p384
  $ rk policy diff 7
  ! rekey: there is no policy revision 7
  !   see: rekey policy history
  [2]
  $ timed "$REKEY_BINARY" policy show --toml --revision 1 | rk -q policy load -; rk policy show --toml | cmp - one.toml

What cannot be a policy changes nothing, and says where.

  $ printf '[defaults]\nvalidty = "1y"\n' | rk policy load -
  ! rekey: standard input:2:1: 'validty' is not known here
  !   did you mean 'validity'?
  [2]
  $ echo 'jobs = 4' | rk policy load -
  ! rekey: standard input:1:1: 'jobs' is not a policy
  !   it belongs to each machine, in its config.toml; see rekey.toml(5)
  [2]
  $ rk policy load nowhere.toml
  ! rekey: the policy cannot be read from 'nowhere.toml': No such file or directory
  !   name a file that is there and that you may read, or - for standard input
  [2]
  $ rk policy load
  ! rekey: one document is loaded at a time
  !   name a FILE, - for standard input, or say --from-config
  [2]
  $ rk policy history | wc -l
  4

In an editor: what is not changed loads nothing, and what cannot be loaded is kept.

  $ export TMPDIR=$T/drafts; mkdir drafts
  $ EDITOR=true rk policy edit; ls drafts
  ! nothing was changed
  $ EDITOR="sed -i s/2026/2027/" rk policy edit --comment 'the year'; ls drafts
  ! 2 slots: none becomes due by this policy, and none newly violates it
  ! policy revision 4 is in force
  $ EDITOR="sed -i s/key/keys/" rk policy edit 2>&1 | sed 's/rekey-policy-....../rekey-policy-XXXXXX/'
  ! rekey: policy.toml:3:1: 'keys' is not known here
  !   did you mean 'key'?; your text is kept in $T/drafts/rekey-policy-XXXXXX/policy.toml
  $ cat drafts/*/policy.toml; rm -r drafts/*
  # Ours since 2027.
  [defaults]
  keys = "ec-p384"   # by decree
  $ VISUAL="sed -i s/ec-p384/ec-p256/" EDITOR=false rk policy edit 2>&1 | sed 's/rekey-policy-....../rekey-policy-XXXXXX/'
  ! 2 slots become due:
  !   u1/online: key is ec-p384, rules say ec-p256
  !   u2/online: key is ec-p384, rules say ec-p256
  ! rekey: 2 slots become due by this policy
  !   to confirm it, add --yes; your text is kept in $T/drafts/rekey-policy-XXXXXX/policy.toml
  $ EDITOR=false rk policy edit 2>&1 | sed 's/rekey-policy-....../rekey-policy-XXXXXX/'
  ! rekey: the editor 'false' failed
  !   name another: EDITOR=vi, or load a file: rekey policy load FILE; your text is kept in $T/drafts/rekey-policy-XXXXXX/policy.toml
  $ EDITOR="$REKEY_BINARY policy load $T/one.toml -q; echo '# more' >>" rk policy edit 2>&1 | grep -v kept
  ! 2 slots: none becomes due by this policy, and none newly violates it
  ! rekey: the policy was changed meanwhile: revision 5 of <actor> is in force
  $ rk policy show --toml | cmp - one.toml

A configuration with policy in it is refused by all that reads policy: never do built-in rules hold by mistake.

  $ before=$(issued); config=$XDG_CONFIG_HOME/rekey/config.toml
  $ printf '# here\njobs = 2\n\n# everywhere\n[defaults]\nkey = "ec-p256"\n' >"$config"
  $ for what in 'certs renew --due' 'certs renew u1' 'policy check' 'policy explain u1/online' 'status' 'units list'; do rk $what 2>&1 | head -n 1; done
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  $ rk policy show | tail -n 2
  ! warning: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  !   take the policy of this file into the home: rekey policy load --from-config; then remove it here
  $ rk certs renew --due
  ! rekey: $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration
  !   take the policy of this file into the home: rekey policy load --from-config; then remove it here
  [2]
  $ [ "$(issued)" = "$before" ] || echo something was signed
  $ rk -q policy load --from-config --yes; rk doctor
  ABOUT  FINDING  REMEDY
  config  $T/user/.config/rekey/config.toml:5:2: 'defaults' is policy, which is kept in the home, not in a user's configuration  take the policy of this file into the home: rekey policy load --from-config; then remove it here
  [6]
  $ echo 'jobs = 2' >"$config"; rk policy show --toml
  # here
  
  # everywhere
  [defaults]
  key = "ec-p256"
  $ rk policy load --from-config
  ! rekey: $T/user/.config/rekey/config.toml has no policy in it
  !   load a document: rekey policy load FILE, or write one: rekey policy edit
  [2]

The home alone says what its certificates are like: the account that runs the command does not matter.

  $ env -u XDG_CONFIG_HOME HOME="$T/nobody" "$REKEY_BINARY" policy show --toml | tail -n 1
  key = "ec-p256"

It is in a backup, and comes back with it.

  $ echo 'correct horse' >passphrase; chmod 600 passphrase
  $ rk -q backup --out saved --passphrase-file passphrase; rk -q restore --yes saved --home other --passphrase-file passphrase
  $ rk --home other policy show --toml | tail -n 1
  key = "ec-p256"
