How the secrets of a home are sealed, and how that is changed.

  $ . "$TESTDIR/setup.sh"
  $ echo 'correct horse' > one; echo 'battery staple' > two; chmod 600 one two
  $ key() { rk --json seal show | sed -n 's/.*"key_id": "\([0-9A-F]*\)".*/\1/p'; }
  $ values() { sqlite3 home/rekey.db "SELECT DISTINCT hex(substr(sealed_key, 2, 8)) FROM issuers"; }
  $ serial() { openssl x509 -in u1/online/current/cert.pem -noout -serial; }

A new home has a random key in a file; everything is sealed anew with another one.

  $ rk -q init; mkdir u1; rk -q units add u1 dir:u1 --type online; rk -q certs generate u1 >/dev/null
  $ first=$(key); cp home/seal.key first.key
  $ rk seal change
  ! sealed 1 secret with key <key>, in seal.key
  $ test "$(key)" != "$first" && test "$(key)" = "$(values)" && echo another
  another
  $ ls home; stat -c %a home/seal.key
  rekey.db
  runs
  seal.key
  600
  $ rk -q certs renew u1 >/dev/null && rk -q certs verify >/dev/null && echo signs
  signs

The old key opens nothing, and is not taken for the new one.

  $ cp home/seal.key kept.key; cp first.key home/seal.key; before=$(serial)
  $ rk certs renew u1
  ! rekey: $T/home/seal.key is key <key>, and the store is sealed with <key>
  !   put back the seal.key that belongs to this store, from a backup
  [6]
  $ test "$(serial)" = "$before" && cp kept.key home/seal.key

Under a passphrase, the key is nowhere.

  $ rk seal change --passphrase
  ! rekey: New passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change
  [2]
  $ rk seal change --new-passphrase-file one
  ! rekey: --new-passphrase-file goes with --passphrase
  !   add --passphrase
  [2]
  $ rk seal change --passphrase --new-passphrase-file one
  ! sealed 1 secret with key <key>, under the passphrase
  $ test "$(key)" = "$(values)" && cut -d ' ' -f 1 home/seal.key
  rekey-seal-passphrase-1
  $ rk seal show | sed -n 2,4p
  under passphrase  true
  values            1
  strange           0
  $ rk certs list | wc -l
  2
  $ before=$(serial)
  $ rk certs renew u1
  ! rekey: Passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE
  [2]
  $ rk certs renew u1 --home-passphrase-file two
  ! rekey: this is not the passphrase of the home
  !   give the one that it was put under
  [6]
  $ test "$(serial)" = "$before" && echo untouched
  untouched
  $ rk -q certs renew u1 --home-passphrase-file one >/dev/null; test "$(serial)" != "$before" && echo renewed
  renewed
  $ rk runs list --json | grep -c '"finished_at": null'
  0
  [1]

As the service gets it, and where the environment says that it is.

  $ REKEY_HOME_PASSPHRASE_FILE=one rk -q certs renew u1 >/dev/null
  $ mkdir passed; cp one passed/rekey-home-passphrase
  $ CREDENTIALS_DIRECTORY=$T/passed rk -q certs renew u1 >/dev/null

Another passphrase needs the present one; back to a file.

  $ rk seal change --passphrase --new-passphrase-file two --home-passphrase-file two
  ! rekey: this is not the passphrase of the home
  !   give the one that it was put under
  [6]
  $ rk -q seal change --passphrase --new-passphrase-file two --home-passphrase-file one
  $ rk -q certs renew u1 --home-passphrase-file one >/dev/null
  [6]
  $ rk -q seal change --home-passphrase-file two
  $ rk -q certs renew u1 >/dev/null
  $ rk audit list --json | grep -c seal.change
  4
  $ rk -q audit verify >/dev/null && rk doctor
  ! the home is sound

A home that begins under a passphrase.

  $ rk --home other init --passphrase
  ! rekey: New passphrase of the home is needed, and nobody can be asked
  !   say where it is: --home-passphrase-file FILE, or --new-passphrase-file with seal change
  [2]
  $ rk --home other init --passphrase --home-passphrase-file one
  ! made a home at $T/other, with issuer 'local'
  $ grep -c seal-passphrase other/seal.key
  1
  $ rk --home other init --home-passphrase-file one
  ! $T/other is a home already

Interrupted when the store had taken the new key, and the file had not: all goes on, and whoever
writes next finishes it.

  $ cp home/seal.key old.key; rk -q seal change; now=$(key)
  $ mv home/seal.key home/seal.key.next; cp old.key home/seal.key
  $ test "$(key)" = "$now" && rk -q certs verify >/dev/null && ls -d home/seal*
  home/seal.key
  home/seal.key.next
  $ rk -q certs renew u1 >/dev/null; ls -d home/seal*; test "$(key)" = "$now" && grep -c "$now" home/seal.key
  home/seal.key
  1

At the very instant when the old file is gone and the next one has not taken its name:

  $ rk -q seal change; now=$(key); mv home/seal.key home/seal.key.next
  $ rk init
  ! $T/home is a home already
  $ rk -q certs renew u1 >/dev/null; ls -d home/seal*; test "$(key)" = "$now" && grep -c "$now" home/seal.key
  home/seal.key
  1

Ctrl-C at the prompt leaves a terminal that shows what is typed.

  $ REKEY_BINARY=/bin/sh "$TESTDIR/press.py" 'read:New passphrase' press:C 'read:flow' -- \
  >     -c 'trap : INT; "$0" seal change --passphrase; stty -a | grep -wo -e "-*echo"; echo flow' "$REKEY_BINARY" | tr -d '\r'
  New passphrase of the home: 
  rekey: interrupted before the answer
  echo
  flow
  [0]

What is there already does not come under a passphrase unnoticed.

  $ rk init --passphrase --home-passphrase-file one
  ! rekey: the home at $T/home is not under a passphrase
  !   put it under one: rekey seal change --passphrase
  [6]

Interrupted before that: what was staged is dropped.

  $ cp first.key home/seal.key.next; test "$(key)" = "$now" && rk -q certs renew u1 >/dev/null; ls -d home/seal*
  home/seal.key
  $ rk doctor
  ! the home is sound
