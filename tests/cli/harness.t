The harness itself, with a dummy in the place of rekey.

  $ cat > dummy <<'END'
  > #!/bin/bash
  > case $1 in
  >     say) shift; printf '%s\n' "$@" ;;
  >     warn) echo data; echo first >&2; echo second >&2; exit 3 ;;
  >     input) cat ;;
  >     now) date -u +%FT%TZ ;;
  >     number) printf '%s\n' 8A${2}0000000000000000000000000000000000 ;;
  >     where) echo "$PWD $REKEY_HOME $XDG_CONFIG_HOME" ;;
  >     who) echo "BY$(printf '%40s')COMMENT"; echo "$(id -un)@$(uname -n)   none" ;;
  > esac
  > END
  $ chmod +x dummy
  $ REKEY_BINARY=$PWD/dummy
  $ . "$TESTDIR/setup.sh"

stdout is as it is, stderr is marked, the exit code is kept.

  $ rk warn
  data
  ! first
  ! second
  [3]

The commands of the test are not input, what is piped is.

  $ rk input
  $ echo piped | rk input
  piped

Numbers get names that last, in either case and with colons; a key identifier is none of them.

  $ rk number 0001
  <1>
  $ rk number 0002
  <2>
  $ rk say '8a00010000000000000000000000000000000000 x' 'Serial: 8A:00:02:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00'
  <1> x
  Serial: <2>
  $ rk say 'Key: 11:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:02'
  Key: <keyid>
  $ rk say 'ABCDEF0123' 8A0000000000000000000000000000000000000123
  ABCDEF0123
  8A0000000000000000000000000000000000000123

Fingerprints, with and without colons.

  $ rk say "$(printf x | sha256sum | cut -d' ' -f1)" "$(printf x | sha256sum | cut -d' ' -f1 | tr a-f A-F | sed 's/../&:/g;s/:$//')"
  <sha256>
  <sha256>

Folders and who did it; where they stood in a table, columns are two spaces apart.

  $ rk where
  $T $T/home $T/user/.config
  $ rk who
  BY  COMMENT
  <actor>  none
  $ rk say 'a        b'
  a        b

Times as long as the clock goes on.

  $ rk now
  <time>
  $ rk say 2026-03-01 2026-03-01T12:00:00.5+01:00 '2026-03-01 12:00:00'
  <date>
  <time>
  <time>
  $ year() { rk now >/dev/null; cut -c1-4 "$CRAMTMP/stdout"; }
  $ expr "$(at +10y year)" - "$(year)"
  10
  $ at 2040-02-29 year
  2040

A frozen clock stands still; other times are counted from there.

  $ freeze '2026-03-01 12:00:00'
  $ rk now
  2026-03-01T12:00:00Z
  $ at +10y rk now
  2036-03-01T12:00:00Z
  $ at -6mo rk now
  2025-09-01T12:00:00Z
  $ at +2w rk now
  2026-03-15T12:00:00Z
  $ at +90d rk now
  2026-05-30T12:00:00Z
  $ at -1h rk now
  2026-03-01T11:00:00Z
  $ at +30m rk now
  2026-03-01T12:30:00Z
  $ at +5s rk now
  2026-03-01T12:00:05Z
  $ at '2050-01-01 00:00:00' rk warn
  data
  ! first
  ! second
  [3]
  $ rk now
  2026-03-01T12:00:00Z

openssl lives at the same time.

  $ openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
  >     -subj /CN=test -days 1 -set_serial 0x8A00030000000000000000000000000000000000 2>/dev/null
  $ openssl x509 -in cert.pem -noout -serial -dates -fingerprint -sha256 | scrub
  serial=<3>
  notBefore=Mar  1 12:00:00 2026 GMT
  notAfter=Mar  2 12:00:00 2026 GMT
  sha256 Fingerprint=<sha256>
