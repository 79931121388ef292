What needs a person, on one screen.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ mkdir u1 u2
  $ rk -q units add u1 dir:u1 --type online
  $ rk -q certs generate --all >/dev/null
  $ rk status

What is empty, late or interrupted is told with its command, and the exit code says that there is something.

  $ rk -q units add u2 dir:u2 --type iam
  $ rk status
  $ rk status --json | jq '{state, concerns, units, slots, empty_slots, last_backup}'
  $ freeze '2036-02-26 12:00:00'
  $ rk status

A backup is known by when it began; nothing else changes by looking.

  $ echo 'pass phrase of the backup' >phrase
  $ rk -q backup --out one.backup --passphrase-file phrase
  $ before=$(rk audit verify); rk status | grep '^Last backup'; [ "$before" = "$(rk audit verify)" ]

Wherever it is looked at, it has no more columns than the terminal.

  $ for columns in 40 80; do script -qec "stty cols $columns; '$REKEY_BINARY' status" /dev/null </dev/null | tr -d '\r' | awk -v most=$columns 'length($0) > most'; done
