#!/bin/bash
# Kills `credential rotate` at every call that makes something durable, one after the other. After
# each: one active credential, the same records, a sound trail; the same command again finishes the
# work; once the prior key is destroyed nothing of it is left. The judges are sqlite3 and grep.
#
#     tests/fault/rotate_killed.sh REKEY PEERS [EVERY]     EVERY: take only each so-manieth call (default 1)
set -eu

rekey=$1
export REKEY_PEERS=$2
every=${3:-1}
T=$(mktemp -d)
here=$(cd "$(dirname "$0")" && pwd)
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
# ptrace is taken by strace, so leaks are not looked for here.
export ASAN_OPTIONS=detect_leaks=0
calls=pwrite64,fdatasync,fsync,ftruncate,unlink,exit_group
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
trap 'stop_provider; rm -rf "$T"' EXIT

fail() {
    echo "call $call: $*" >&2
    exit 1
}

sql() { sqlite3 "$REKEY_HOME/rekey.db" "$1"; }

sound() {
    [ "$(sql "SELECT count(*) FROM credentials WHERE state = 'active'")" = 1 ] || fail 'not one active credential'
    [ "$(sql "SELECT count(*) FROM credentials c JOIN credential_keys k ON k.credential_id = c.id WHERE state = 'active'")" = 1 ] ||
        fail 'the active credential has no key'
    [ "$(sql 'SELECT count(*) FROM devices')" = 3 ] || fail 'devices are missing'
    [ "$(sql 'SELECT count(*) FROM coverage')" = 1 ] || fail 'coverage is missing'
    [ "$(sql 'PRAGMA integrity_check')" = ok ] || fail 'the store is damaged'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
}

rotate_to() {
    "$@" "$rekey" -q credential rotate acme --client-id "BUSINESSAPI.$to" --key-id "key-$to" --key "$T/$to.pem" \
        --keep-prior 0s
}

call=setup
start_provider peer
for each in 0 1; do
    new_key "$T/$each.pem"
    allow "BUSINESSAPI.$each" "key-$each" "$T/$each.pem"
done
"$rekey" -q init
# shellcheck disable=SC2086
"$rekey" -q credential add acme --client-id BUSINESSAPI.0 --key-id key-0 --key "$T/0.pem" $endpoints
printf 'serialNumber\nD1\nD2\nD3\n' >"$T/devices.csv"
printf 'device_id,id,status\nD1,C1,ACTIVE\n' >"$T/coverage.csv"
"$rekey" -q tenants import acme --devices "$T/devices.csv" --coverage "$T/coverage.csv"
sound

cases=0
hit=0
call=0
to=1
while :; do
    call=$((call + every))
    sealed=$(sql "SELECT hex(sealed) FROM credential_keys k JOIN credentials c ON c.id = k.credential_id WHERE state = 'active'")
    code=0
    # SIGKILL comes before the call is made, so the last case kills in exit_group.
    rotate_to strace -f -qq -o "$T/trace" -e trace="$calls" -e inject="$calls:signal=SIGKILL:when=$call" \
        >/dev/null 2>"$T/stderr" || code=$?
    cases=$((cases + 1))
    if ! grep -q 'killed by SIGKILL' "$T/trace"; then
        [ "$code" = 0 ] || fail "exit $code without a fault: $(cat "$T/stderr")"
        break
    fi
    hit=$((hit + 1))
    sound
    rotate_to env >/dev/null 2>"$T/stderr" || fail "the rerun ended with $?: $(cat "$T/stderr")"
    sound
    [ "$(sql "SELECT client_id FROM credentials WHERE state = 'active'")" = "BUSINESSAPI.$to" ] || fail 'not rotated'
    [ "$(sql "SELECT count(*) FROM rotations WHERE state IN ('staged', 'verified', 'cut_over')")" = 0 ] || fail 'a rotation is left open'
    [ "$(sql 'SELECT count(*) FROM credential_keys')" = 1 ] || fail 'the prior key is not destroyed'
    python3 - "$REKEY_HOME" "$sealed" <<'END' || fail 'the sealed prior key is still in the home'
import pathlib, sys
sealed = bytes.fromhex(sys.argv[2])
# Any quarter of it: pages may hold it in parts.
parts = [sealed[i : i + 40] for i in range(0, len(sealed) - 40, 40)]
files = [each for each in pathlib.Path(sys.argv[1]).rglob("*") if each.is_file()]
sys.exit(any(part in each.read_bytes() for each in files for part in parts))
END
    to=$((1 - to))
done
[ "$hit" -ge $((30 / every)) ] || fail "only $hit faults were injected"
echo "$cases kills at calls of $calls: one active credential each time, every rerun complete, no destroyed key left"
