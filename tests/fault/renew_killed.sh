#!/bin/bash
# Kills `certs renew --all` at every call that makes something durable or visible, one after the other.
# After each: every slot holds a matching pair; the same command again finishes the work; no number
# occurs twice; nothing is left in progress. The judges are openssl and sqlite3.
#
#     tests/fault/renew_killed.sh REKEY [EVERY [REASON]]
#
# EVERY: take only each so-manieth call (default 1). With the REASON rotation, what was replaced is revoked and its key
# gone from the unit as well, after each rerun.
set -eu

rekey=$1
every=${2:-1}
reason=${3:-manual}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export REKEY_HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C
# ptrace is taken by strace, so leaks are not looked for here.
export ASAN_OPTIONS=detect_leaks=0
calls=fsync,fdatasync,renameat,renameat2,symlinkat,unlinkat,mkdirat,exit_group
units="u1 u2"

fail() {
    echo "call $call: $*" >&2
    exit 1
}

slots=3
# shellcheck source=tests/fault/slots.sh
. "$(dirname "$(realpath "$0")")/slots.sh"

call=setup
"$rekey" -q init
for unit in $units; do
    mkdir -p "$work/units/$unit"
    "$rekey" -q units add "$unit" "dir:$work/units/$unit" --type online
done
"$rekey" -q units set u1 --type iam
for unit in $units; do "$rekey" -q certs generate "$unit"; done
sound

# One key a slot, and no certificate that was replaced and is not revoked.
rotated() {
    [ "$reason" = rotation ] || return 0
    keys=$(find "$work/units" -name key.pem -exec grep -l 'PRIVATE KEY' {} + | wc -l)
    [ "$keys" -eq "$slots" ] || fail "$keys keys are on the units, not $slots"
    left=$(sqlite3 "$REKEY_HOME/rekey.db" "SELECT count(*) FROM certificates c WHERE state = 'superseded'
        OR state = 'revoked' AND NOT EXISTS(SELECT 1 FROM revocations WHERE certificate_id = c.id AND reason = 'keyCompromise')")
    [ "$left" -eq 0 ] || fail "$left certificates are not revoked for keyCompromise"
}

cases=0
hit=0
call=0
while :; do
    call=$((call + every))
    before=$(sqlite3 "$REKEY_HOME/rekey.db" 'SELECT count(*) FROM certificates')
    code=0
    # SIGKILL comes before the call is made, so the last case kills in exit_group.
    strace -f -qq -o "$work/trace" -e trace="$calls" -e inject="$calls:signal=SIGKILL:when=$call" \
        "$rekey" -q certs renew --all --reason "$reason" --jobs 1 >/dev/null 2>"$work/stderr" || code=$?
    cases=$((cases + 1))
    if ! grep -q 'killed by SIGKILL' "$work/trace"; then
        [ "$code" = 0 ] || fail "exit $code without a fault: $(cat "$work/stderr")"
        break
    fi
    hit=$((hit + 1))
    sound
    "$rekey" -q certs renew --all --reason "$reason" --jobs 1 >/dev/null 2>"$work/stderr" || fail "the rerun ended with $?: $(cat "$work/stderr")"
    sound
    finished
    rotated
    after=$(sqlite3 "$REKEY_HOME/rekey.db" 'SELECT count(*) FROM certificates')
    # A kill before the plan was recorded, or after the run was, makes the rerun a request of its own.
    made=$((after - before))
    if [ "$made" -lt 3 ] || [ "$made" -gt 6 ]; then fail "$made certificates were made for 3 slots"; fi
done
finished
# strace counts the calls of each thread by itself, and the files of one step are synced by threads
# of their own: of those, the first call is hit. The unit tests go through them one by one.
[ "$hit" -ge $((15 / every)) ] || fail "only $hit faults were injected"
echo "$cases kills at calls of $calls: every slot sound each time, every rerun complete"
