#!/bin/bash
# Cuts the connection to units behind an agent after every message in turn, in both directions: after a request
# that the unit still carries out, and after an answer. Each time: every slot holds a matching pair that is
# recorded; the same command again finishes the work; each request got one key, and one certificate. The
# judges are openssl and sqlite3.
#
#     tests/fault/connection_cut.sh REKEY [EVERY [SEED]]     EVERY: take only each so-manieth message (default 1),
#                                                            beginning at one that SEED chooses
set -eu

rekey=$(realpath "$1")
every=${2:-1}
seed=${3:-1}
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export REKEY_HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C
export REKEY_SSH=$here/cutting_ssh.py CUT_AGENT=$rekey CUT_STATE=$work/state CUT_AFTER=0
slots=3

fail() {
    echo "message $cut: $*" >&2
    exit 1
}

# shellcheck source=tests/fault/slots.sh
. "$here/slots.sh"

cut=setup
mkdir -p "$CUT_STATE"
"$rekey" -q init
for unit in u1 u2; do
    mkdir -p "$work/units/$unit"
    "$rekey" -q units add "$unit" "ssh://far$work/units/$unit" --type online --reload true
done
"$rekey" -q units set u1 --type iam
for unit in u1 u2; do "$rekey" -q certs generate "$unit" >/dev/null; done
sound

cases=0
cut=$((seed % every))
while :; do
    cut=$((cut + every))
    before=$(query 'SELECT count(*) FROM certificates')
    rm -f "$CUT_STATE"/*
    code=0
    CUT_AFTER=$cut "$rekey" -q certs renew --all --jobs 1 >/dev/null 2>"$work/stderr" || code=$?
    if [ ! -e "$CUT_STATE/was-cut" ]; then
        [ "$code" = 0 ] || fail "exit $code without a cut: $(cat "$work/stderr")"
        break
    fi
    cases=$((cases + 1))
    # The last message of a unit may be cut off: nothing of it is missed.
    [ "$code" = 4 ] || [ "$code" = 0 ] || fail "exit $code: $(cat "$work/stderr")"
    sound
    if [ "$code" = 4 ]; then
        "$rekey" -q certs renew --all --jobs 1 >/dev/null 2>"$work/stderr" || fail "the rerun ended with $?: $(cat "$work/stderr")"
    fi
    sound
    finished
    # Slots that had been renewed before the cut are renewed again by the rerun, which is a request of its own.
    made=$(($(query 'SELECT count(*) FROM certificates') - before))
    if [ "$made" -lt "$slots" ] || [ "$made" -gt $((2 * slots)) ]; then fail "$made certificates were made for $slots slots"; fi
    keys=$(sort -u "$CUT_STATE/made" | wc -l)
    tokens=$(cut -d' ' -f1 "$CUT_STATE/made" | sort -u | wc -l)
    [ "$keys" = "$tokens" ] || fail "$keys keys were made for $tokens requests"
    [ "$tokens" = "$made" ] || fail "$tokens requests for $made certificates"
done
finished
"$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
[ "$cases" -ge $((30 / every)) ] || fail "only $cases connections were cut"
echo "$cases connections cut, at every $every. message: every slot sound each time, every rerun complete"
