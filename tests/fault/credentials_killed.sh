#!/bin/bash
# Kills a command that works on a tenant's credential at every call that makes something durable, one
# after the other. After each: one active credential with its key, the same records, a sound trail; the
# same command again finishes the work; what was destroyed is nowhere. The judges are sqlite3 and grep.
#
# A tenant is also merged, exported, and imported as an archive: killed, these leave either nothing to be
# seen, or a tenant as it was, and no record is ever missing.
#
#     credentials_killed.sh REKEY PEERS rotate|import|seal|merge|export|archive [EVERY]
#
# EVERY: only each so-manieth call [1]
set -eu

rekey=$1
export REKEY_PEERS=$2
what=$3
every=${4:-1}
T=$(mktemp -d)
here=$(cd "$(dirname "$0")" && pwd)
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
# ptrace is taken by strace, so leaks are not looked for here.
export ASAN_OPTIONS=detect_leaks=0
calls=pwrite64,write,fdatasync,fsync,ftruncate,rename,renameat,renameat2,linkat,unlink,unlinkat,exit_group
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
trap 'stop_provider; rm -rf "$T"' EXIT

call=setup
fail() {
    echo "$what, call $call: $*" >&2
    exit 1
}

sql() { sqlite3 "$REKEY_HOME/rekey.db" "$1"; }

sound() {
    if declare -F "sound_$what" >/dev/null; then
        "sound_$what"
        return
    fi
    [ "$(sql "SELECT count(*) FROM credentials WHERE state = 'active'")" = 1 ] || fail 'not one active credential'
    [ "$(sql "SELECT count(*) FROM credentials c JOIN credential_keys k ON k.credential_id = c.id WHERE state = 'active'")" = 1 ] ||
        fail 'the active credential has no key'
    [ "$(sql 'SELECT count(*) FROM devices')" = 3 ] || fail 'devices are missing'
    [ "$(sql 'SELECT count(*) FROM coverage')" = 1 ] || fail 'coverage is missing'
    [ "$(sql 'PRAGMA integrity_check')" = ok ] || fail 'the store is damaged'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
}

# Any quarter of a sealed value: pages may hold it in parts.
nowhere() {
    python3 - "$REKEY_HOME" "$@" <<'END' || fail 'what was destroyed is still in the home'
import pathlib, sys
files = [each.read_bytes() for each in pathlib.Path(sys.argv[1]).rglob("*") if each.is_file()]
for text in sys.argv[2:]:
    sealed = bytes.fromhex(text)
    parts = [sealed[i : i + 40] for i in range(0, len(sealed) - 40, 40)]
    if any(part in each for each in files for part in parts):
        sys.exit(1)
END
}

sealed_now() {
    sql "SELECT hex(sealed) FROM credential_keys k JOIN credentials c ON c.id = k.credential_id WHERE state = 'active'"
}

settled() {
    [ "$(sql "SELECT count(*) FROM rotations WHERE state IN ('staged', 'verified', 'cut_over')")" = 0 ] || fail 'a rotation is left open'
    [ "$(sql 'SELECT count(*) FROM credential_keys')" = 1 ] || fail 'the prior key is not destroyed'
    nowhere "$sealed"
}

# What is done (behind the words given), and whether it has been done.
command_rotate() {
    "$@" "$rekey" -q credential rotate acme --client-id "BUSINESSAPI.$to" --key-id "key-$to" --key "$T/$to.pem" \
        --keep-prior 0s
}
done_rotate() {
    [ "$(sql "SELECT client_id FROM credentials WHERE state = 'active'")" = "BUSINESSAPI.$to" ] || fail 'not rotated'
    settled
}

# An entry is taken once, so every case delivers a newer one.
prepare_import() {
    version=$((version + 1))
    rm -f "$T/payload.json"
    printf 'id,name,scope,client_id,key_id,version,key_file\ne1,acme,business,BUSINESSAPI.%s,key-%s,%s,%s\n' \
        "$to" "$to" "$version" "$T/$to.pem" >"$T/list.csv"
    "$rekey" -q credential pack --csv "$T/list.csv" --out "$T/payload.json" --format json --passphrase-file "$T/pass"
}
command_import() {
    "$@" "$rekey" -q credential import "$T/payload.json" --update acme --keep-prior 0s --passphrase-file "$T/pass"
}
done_import() { done_rotate; }

command_seal() { "$@" "$rekey" -q seal change; }
done_seal() {
    local id
    id=$(sql "SELECT value FROM settings WHERE name = 'seal_key_id'")
    [ "$(sql "SELECT count(*) FROM credential_keys WHERE hex(substr(sealed, 2, 8)) = '$id'")" = 1 ] || fail 'the key is sealed otherwise'
    [ "$(sql "SELECT count(*) FROM issuers WHERE hex(substr(sealed_key, 2, 8)) = '$id'")" = 1 ] || fail 'the CA is sealed otherwise'
    grep -q "^rekey-seal-key-1 $id " "$REKEY_HOME/seal.key" || fail 'seal.key is another key'
    [ ! -e "$REKEY_HOME/seal.key.next" ] || fail 'a staged key is left'
    "$rekey" credential verify acme >/dev/null || fail 'the credential does not work'
    nowhere "$sealed"
}

# `acme` is rotated again and again by tenants that are merged into it, each with a device of its own
# and a newer state of one that both have.
prepare_merge() {
    round=$((round + 1))
    # shellcheck disable=SC2086
    "$rekey" -q credential add "acme-$round" --client-id "BUSINESSAPI.$to" --key-id "key-$to" --key "$T/$to.pem" $endpoints
    printf 'serialNumber,deviceModel\nD1,model %s\nM%s,x\n' "$round" "$round" |
        "$rekey" -q tenants import "acme-$round" --devices -
    printf 'device_id,id,status\nM%s,C,ACTIVE\n' "$round" | "$rekey" -q tenants import "acme-$round" --coverage -
    sealed_from=$(sql "SELECT hex(sealed) FROM credential_keys k JOIN credentials c ON c.id = k.credential_id
        JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'acme-$round' AND c.state = 'active'")
}
command_merge() { "$@" "$rekey" -q tenants merge "acme-$round" acme --keep-prior 0s; }
# Every device and coverage record is there, in the one or the other; D1 as well, once or twice.
sound_merge() {
    local active tenants
    active=$(sql "SELECT count(*) FROM credentials c JOIN tenants t ON t.id = c.tenant_id WHERE t.name = 'acme' AND c.state = 'active'")
    [ "$active" = 1 ] || fail 'not one active credential'
    tenants=$(sql "SELECT count(*) FROM tenants t WHERE t.state = 'present' AND (SELECT count(*) FROM credentials c
        JOIN credential_keys k ON k.credential_id = c.id WHERE c.tenant_id = t.id AND c.state = 'active') <> 1")
    [ "$tenants" = 0 ] || fail 'a tenant lost its active credential'
    [ "$(sql 'SELECT count(DISTINCT id) FROM devices')" = $((3 + round)) ] || fail 'devices are missing'
    [ "$(sql 'SELECT count(*) FROM coverage')" = $((1 + round)) ] || fail 'coverage is missing'
    [ "$(sql "SELECT count(DISTINCT model) FROM (SELECT model FROM devices WHERE id = 'D1' UNION SELECT model FROM device_history WHERE id = 'D1')")" = $((1 + round)) ] ||
        fail 'a state of D1 is missing'
    [ "$(sql 'SELECT count(*) FROM tenants t WHERE devices <> (SELECT count(*) FROM devices d WHERE d.tenant_id = t.id)')" = 0 ] ||
        fail 'the counts are wrong'
    [ "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ] || fail 'the store is damaged'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
}
done_merge() {
    done_rotate
    nowhere "$sealed_from"
    [ "$(sql 'SELECT count(*) FROM tenants')" = 1 ] || fail 'the merged tenant is left'
    [ "$(sql "SELECT model FROM devices WHERE id = 'D1'")" = "model $round" ] || fail 'the older state won'
}

# The same tenant, exported again and again.
prepare_export() { rm -f "$T/file"; }
command_export() { "$@" "$rekey" -q tenants export acme --out "$T/file" --passphrase-file "$T/pass"; }
# Either whole or not there.
sound_export() {
    [ "$(sql .dump | sha256sum)" = "$dump" ] || fail 'the source was touched'
    [ ! -e "$T/file" ] || whole
}
whole() {
    rm -rf "$T/other"
    "$rekey" -q --home "$T/other" init
    "$rekey" -q --home "$T/other" tenants import-archive "$T/file" --passphrase-file "$T/pass" || fail 'the file is not whole'
}
rerun_export() { [ -e "$T/file" ] || command_export env; }
done_export() {
    whole
    [ "$(stat -c %a "$T/file")" = 600 ] || fail 'others can read the file'
    [ ! -e "$T/.file.new" ] || fail 'something is left beside it'
}

# The tenant is removed, and comes back.
prepare_archive() { "$rekey" -q tenants remove acme --confirm acme; }
command_archive() { "$@" "$rekey" -q tenants import-archive "$T/file" --passphrase-file "$T/pass"; }
content() {
    for table in devices device_history coverage; do sql "SELECT * FROM $table" | cut -d'|' -f2- | sort; done
    sql "SELECT name, devices, coverage FROM tenants; SELECT uid, name, state FROM credentials; SELECT count(*) FROM credential_keys"
}
# All of it, or nothing that anybody sees.
sound_archive() {
    [ "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ] || fail 'the store is damaged'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
    if [ "$("$rekey" --output csv tenants list | wc -l)" = 1 ]; then
        [ "$(sql 'SELECT count(*) FROM credentials')" = 0 ] || fail 'credentials without a tenant'
    else
        [ "$(content)" = "$expected" ] || fail 'other content than was exported'
    fi
}
rerun_archive() { [ "$("$rekey" --output csv tenants list | wc -l)" != 1 ] || command_archive env; }
done_archive() {
    [ "$(content)" = "$expected" ] || fail 'other content than was exported'
    [ "$(sql 'SELECT count(*) FROM tenants')" = 1 ] || fail 'something is left of what was killed'
    "$rekey" credential verify acme >/dev/null || fail 'the credential does not work'
}

start_provider peer
printf 'long enough\n' >"$T/pass"
chmod 600 "$T/pass"
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
round=0
case $what in
    export | archive)
        printf 'serialNumber,deviceModel\nD1,Mac mini\n' | "$rekey" -q tenants import acme --devices -
        "$rekey" -q tenants export acme --out "$T/file" --passphrase-file "$T/pass"
        dump=$(sql .dump | sha256sum)
        expected=$(content)
        ;;
    *) sound ;;
esac

hit=0
call=0
to=1
version=0
while :; do
    call=$((call + every))
    sealed=$(sealed_now)
    if declare -F "prepare_$what" >/dev/null; then "prepare_$what"; fi
    code=0
    # SIGKILL comes before the call is made, so the last case kills in exit_group.
    "command_$what" strace -f -qq -o "$T/trace" -e trace="$calls" -e inject="$calls:signal=SIGKILL:when=$call" \
        >/dev/null 2>"$T/stderr" || code=$?
    if ! grep -q 'killed by SIGKILL' "$T/trace"; then
        [ "$code" = 0 ] || fail "exit $code without a fault: $(cat "$T/stderr")"
        break
    fi
    hit=$((hit + 1))
    sound
    rerun=command_$what
    if declare -F "rerun_$what" >/dev/null; then rerun=rerun_$what; fi
    "$rerun" env >/dev/null 2>"$T/stderr" || fail "the rerun ended with $?: $(cat "$T/stderr")"
    sound
    "done_$what"
    to=$((1 - to))
done
# An export only writes one file.
least=30
[ "$what" != export ] || least=6
[ "$hit" -ge $((least / every)) ] || fail "only $hit faults were injected"
echo "$what: killed at $hit calls of $calls; sound each time, every rerun complete, nothing destroyed is left"
