Who is told of what an unattended command finds, and how often.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ mkdir u1 u2; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ rk notify test
  ! rekey: the configuration of this machine has no command to tell people
  !   add it to $T/user/.config/rekey/config.toml: [notify] with command = "..."; see rekey-notify(1)
  [2]
  $ mkdir -p "$XDG_CONFIG_HOME/rekey"
  $ configure() { printf '[notify]\n%s\n' "$1" >"$XDG_CONFIG_HOME/rekey/config.toml"; }
  $ cat >tell <<'END'
  > #!/bin/sh
  > cd "$1" || exit
  > printf '%s\n' "$REKEY_SUMMARY" >>told
  > cat >>told.json
  > END
  $ chmod +x tell; configure "command = '$T/tell $T'"

The command is tried with an example; nothing is recorded.

  $ before=$(rk audit verify); rk notify test; [ "$before" = "$(rk audit verify)" ]
  ! the command of [notify] took the example
  $ head -1 told; jq -c '[.example, .new, .findings[0].kind]' told.json
  rekey: 1 finding new: 1 critical, 1 in all (an example, to try the command)
  [true,1,"ends_soon"]
  $ rm told*

Nothing is new: nobody is told. Somebody who looks on at a terminal is not told either.

  $ rk certs renew --due; ls told
  ls: cannot access 'told': No such file or directory
  [2]
  $ rk -q units add u2 dir:u2 --type iam
  $ on_terminal certs renew --due; ls told
  ls: cannot access 'told': No such file or directory
  [2]

Something is: once, until it is gone.

  $ rk certs renew --due; cat told
  rekey: 1 finding new: 0 critical, 1 in all
  
  warning: u2/iam is empty: its first certificate was never made
    make it: rekey certs generate u2/iam
  
  $ jq -c '.findings[] | [.kind, .urgency, .total, .examples[0].subject, .examples[0].remedy]' told.json
  ["empty","warning",1,"u2/iam","make it: rekey certs generate u2/iam"]
  $ rm told*; rk certs renew --due; rk tenants sync --all; ls told
  ls: cannot access 'told': No such file or directory
  [2]
  $ rk audit list | grep -c notice.tell
  1

With repeat, again after that time.

  $ configure "command = '$T/tell $T'
  > repeat = '7d'"
  $ at +6d rk certs renew --due; ls told
  ls: cannot access 'told': No such file or directory
  [2]
  $ at +7d rk certs renew --due; grep -c u2/iam told
  2
  $ rm told*

A command that fails changes no exit code, is told, and people are told by the next one.

  $ mkdir u3; rk -q units add u3 dir:u3 --type online
  $ configure "command = 'echo no route to the mail server; exit 75'"
  $ at +7d rk certs renew --due
  ! warning: no notice was sent: the command of [notify] failed: 'echo no route to the mail server; exit 75' ended with exit status 75: no route to the mail server
  !   mend it, and try it: rekey notify test; the next unattended command tells again
  $ configure "command = 'sleep 60'
  > deadline = '1s'"
  $ rk notify test
  ! rekey: no notice was sent: the command of [notify] failed: 'sleep 60' did not end within 1 seconds, and was ended
  !   mend it, and try it: rekey notify test; the next unattended command tells again
  [1]
  $ configure "command = '$T/tell $T'"
  $ at +7d rk certs renew --due; head -1 told
  rekey: 1 finding new: 0 critical, 2 in all

Two at once tell once.

  $ rm told*; mkdir u4; rk -q units add u4 dir:u4 --type online
  $ configure "command = 'sleep 1; $T/tell $T'"
  $ for i in 1 2 3; do at +7d "$REKEY_BINARY" certs renew --due </dev/null >/dev/null 2>&1 & done; wait; cat told.json | wc -l
  1

What is in [notify] is checked.

  $ configure "comand = 'x'"
  $ rk notify test
  ! rekey: $T/user/.config/rekey/config.toml:2:1: 'comand' is not known in [notify]
  !   did you mean 'command'?
  [2]
