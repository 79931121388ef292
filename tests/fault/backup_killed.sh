#!/bin/bash
# Kills `backup` or `restore` at every call that makes something durable or visible, one after the other.
# After each there is no file (no home) or the whole one; the same command again comes to its end, and
# leaves nothing behind; the home that is backed up is sound. The judges are sqlite3 and cmp.
#
#     tests/fault/backup_killed.sh REKEY backup|restore [EVERY]     EVERY: only each so-manieth call [1]
set -eu

rekey=$1
what=$2
every=${3:-1}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
# ptrace is taken by strace, so leaks are not looked for here.
export ASAN_OPTIONS=detect_leaks=0
calls=write,pwrite64,fdatasync,fsync,ftruncate,fchmod,mkdir,mkdirat,linkat,rename,renameat,renameat2,unlink,unlinkat,exit_group

call=setup
fail() {
    echo "$what, call $call: $*" >&2
    exit 1
}

# Everything that must be there, whichever home it is; the trail is its own.
content() {
    local table
    for table in units slots certificates certificate_leaves issuers runs items; do
        sqlite3 "$1/rekey.db" "SELECT * FROM $table ORDER BY 1"
    done
}

whole() {
    [ "$(sqlite3 "$1/rekey.db" 'PRAGMA integrity_check')" = ok ] || fail "$1: the store is damaged"
    [ -z "$(sqlite3 "$1/rekey.db" 'PRAGMA foreign_key_check')" ] || fail "$1: the store contradicts itself"
    cmp -s "$T/home/seal.key" "$1/seal.key" || fail "$1: another seal key"
    [ "$(stat -c %a "$1" "$1/rekey.db" "$1/seal.key" | xargs)" = '700 600 600' ] || fail "$1: others may read it"
    content "$1" | cmp -s - "$T/content" || fail "$1: something is missing"
    "$rekey" --home "$1" audit verify >/dev/null || fail "$1: the audit chain is broken"
}

command_backup() { "$@" "$rekey" -q backup --out "$T/backups/file" --passphrase-file "$T/pass"; }
after_backup() {
    whole "$T/home"
    local names
    names=$(ls -A "$T/backups")
    [ -z "$names" ] || [ "$names" = file ] || fail "left beside its place: $names"
}
again_backup() {
    local code=0
    command_backup env 2>"$T/stderr" || code=$?
    # Killed after it was whole, it is there already, which nothing writes over.
    [ "$code" = 0 ] || grep -q 'is there already' "$T/stderr" || fail "the rerun ended with $code: $(cat "$T/stderr")"
    after_backup
    [ "$(stat -c %a "$T/backups/file")" = 600 ] || fail 'others may read the file'
    "$rekey" -q --home "$T/new" restore "$T/backups/file" --passphrase-file "$T/pass" || fail 'it cannot be restored'
    whole "$T/new"
    rm -rf "$T/new" "$T/backups/file"
    # One that was taken up again cleans up; one that was done already has nothing to clean.
    [ "$code" != 0 ] || [ ! -e "$T/home/rekey.db.backup" ] || fail 'a copy of the store is left'
}

command_restore() { "$@" "$rekey" -q --home "$T/new" restore "$T/backups/file" --passphrase-file "$T/pass"; }
after_restore() {
    [ ! -e "$T/new" ] || whole "$T/new"
}
again_restore() {
    command_restore env 2>"$T/stderr" || fail "the rerun ended with $?: $(cat "$T/stderr")"
    whole "$T/new"
    [ ! -e "$T/.new.restoring" ] || fail 'a half home is left'
    rm -rf "$T/new"
}

mkdir "$T/unit" "$T/backups"
printf 'long enough\n' >"$T/pass"
chmod 600 "$T/pass"
"$rekey" -q init
"$rekey" -q units add u1 "dir:$T/unit" --type online
"$rekey" -q certs generate u1
content "$T/home" >"$T/content"
[ "$what" = backup ] || command_backup env

hit=0
call=0
while :; do
    call=$((call + every))
    code=0
    # SIGKILL comes before the call is made, so the last case kills in exit_group.
    "command_$what" strace -f -qq -o "$T/trace" -e trace="$calls" -e inject="$calls:signal=SIGKILL:when=$call" \
        >/dev/null 2>"$T/stderr" || code=$?
    if ! grep -q 'killed by SIGKILL' "$T/trace"; then
        [ "$code" = 0 ] || fail "exit $code without a fault: $(cat "$T/stderr")"
        break
    fi
    hit=$((hit + 1))
    "after_$what"
    "again_$what"
done
[ "$hit" -ge $((12 / every)) ] || fail "only $hit faults were injected"
echo "$what: killed at $hit calls of $calls; nothing or the whole each time, every rerun complete"
