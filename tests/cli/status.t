What needs attention, on one screen.

  $ . "$TESTDIR/setup.sh"
  $ freeze '2026-03-01 12:00:00'
  $ rk -q init
  $ mkdir u1 u2
  $ rk -q units add u1 dir:u1 --type online
  $ rk -q certs generate u1 >/dev/null
  $ rk status
  GREEN: nothing needs attention.
  
  Fleet        1 unit, 0 away; 1 slot, 0 empty; 0 due
  Next end     u1/online on 2036-03-01 (in 10 y)
  Last run     run 1 on 2026-03-01 (now), done, 1 generated
  Last backup  none: rekey backup --out FILE

What is empty, late or interrupted is told with its command, and the exit code says that there is something.

  $ rk -q units add u2 dir:u2 --type iam
  $ rk status
  AMBER: 1 thing needs attention, none is urgent.
  
    soon  1 slot has no certificate yet
          rekey certs list
  
  Fleet        2 units, 0 away; 2 slots, 1 empty; 0 due
  Next end     u1/online on 2036-03-01 (in 10 y)
  Last run     run 1 on 2026-03-01 (now), done, 1 generated
  Last backup  none: rekey backup --out FILE
  [6]
  $ rk status --json | jq '{state, concerns, units, slots, empty_slots, last_backup}'
  {
    "state": "amber",
    "concerns": [
      {
        "urgent": false,
        "what": "1 slot has no certificate yet",
        "command": "rekey certs list"
      }
    ],
    "units": 2,
    "slots": 2,
    "empty_slots": 1,
    "last_backup": null
  }
  $ freeze '2036-02-26 12:00:00'
  $ rk status
  RED: 2 things need attention now, 3 more can wait.
  
    now   the clock of this machine is far from the last time seen, and renewals refuse it
          rekey doctor
    now   1 certificate ends within 7 days
          rekey certs list --due 7d
    soon  1 certificate is due by policy
          rekey certs renew --due --dry-run
    soon  1 slot has no certificate yet
          rekey certs list
    soon  the home was never backed up
          rekey backup --out FILE
  
  Fleet        2 units, 0 away; 2 slots, 1 empty; 1 due
  Next end     u1/online on 2036-03-01 (in 4 d)
  Last run     run 1 on 2026-03-01 (10 y ago), done, 1 generated
  Last backup  none: rekey backup --out FILE
  [6]

A backup is known by when it began; nothing else changes by looking.

  $ echo 'pass phrase of the backup' >phrase
  $ rk -q backup --out one.backup --passphrase-file phrase
  $ before=$(rk audit verify); rk status | grep '^Last backup'; [ "$before" = "$(rk audit verify)" ]
  Last backup  2036-02-26 (now)

On a terminal it has no more columns than that.

  $ for columns in 80; do script -qec "stty cols $columns; '$REKEY_BINARY' status" /dev/null </dev/null | tr -d '\r' | awk -v most=$columns 'length($0) > most'; done
