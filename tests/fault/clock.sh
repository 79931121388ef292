#!/bin/bash
# A wrong clock: ten years away before a command begins, or from the middle of it on (a unit's reload command
# makes it jump, and the clock of the run with it). Nothing is renewed by it, the refusal says why, and with the
# right clock the same command finishes the work. The judges are openssl and sqlite3.
#
#     clock.sh REKEY
set -eu

rekey=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export REKEY_HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C TZ=UTC
library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
slots=3
call=setup
cases=0

fail() {
    echo "$call: $*" >&2
    exit 1
}
# shellcheck source=tests/fault/slots.sh
. "$(dirname "$(realpath "$0")")/slots.sh"

# The command with the clock of the file $work/clock: a distance such as +10y, read at every look.
off() {
    LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$work/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
        NO_FAKE_STAT=1 ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 "$@"
}

numbers() {
    local slot
    for slot in "$work"/units/*/*/current; do openssl x509 -in "$slot/cert.pem" -noout -serial; done
}

# refused CODE COMMAND...
refused() {
    local code=0 expected=$1
    shift
    cases=$((cases + 1))
    off "$@" >"$work/stdout" 2>"$work/stderr" || code=$?
    [ "$code" = "$expected" ] || fail "$*: exit $code instead of $expected: $(cat "$work/stderr")"
    grep -q 'the clock says' "$work/stderr" || fail "$*: the refusal does not say that it is the clock: $(cat "$work/stderr")"
    grep -q 'doctor --accept-clock' "$work/stderr" || fail "$*: the refusal names no remedy"
}

# Every certificate in use is valid now, whatever the clock said when it was made.
valid_now() {
    local slot
    sound
    for slot in "$work"/units/*/*/current; do
        openssl verify -CAfile "$slot/chain.pem" "$slot/cert.pem" >/dev/null || fail "$slot is not valid at the right time"
    done
    [ "$(query "SELECT count(*) FROM certificates WHERE not_before > strftime('%s', 'now') + 3600")" = 0 ] ||
        fail 'a certificate of another time is recorded'
    [ "$(query "SELECT count(*) FROM units WHERE next_attempt > strftime('%s', 'now') + 30 * 86400")" = 0 ] ||
        fail 'a unit is left alone for years'
}

echo +0 >"$work/clock"
"$rekey" -q init
for unit in u1 u2 u3; do
    mkdir -p "$work/units/$unit"
    "$rekey" -q units add "$unit" "dir:$work/units/$unit" --type online
    "$rekey" -q certs generate "$unit"
done
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/0.pem"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/1.pem"
"$rekey" -q credential add acme --client-id BUSINESSAPI.0 --key-id key-0 --key "$work/0.pem" --offline
valid_now
before=$(numbers)

for distance in -10y +10y -1h +370d; do
    call="clock $distance from the start"
    echo "$distance" >"$work/clock"
    refused 6 "$rekey" -q certs renew --all
    refused 6 "$rekey" -q certs renew --due
    refused 6 "$rekey" -q certs renew u1
    refused 6 "$rekey" -q certs generate u1 iam
    refused 6 "$rekey" -q credential rotate acme --client-id BUSINESSAPI.1 --key-id key-1 --key "$work/1.pem" --offline
    refused 6 "$rekey" -q seal change
    # Reading never refuses.
    off "$rekey" -q certs list >/dev/null || fail "certs list: exit $?"
    off "$rekey" -q credential show acme >/dev/null || fail "credential show: exit $?"
    [ "$(numbers)" = "$before" ] || fail 'a certificate was replaced'
    [ "$(query "SELECT client_id FROM credentials WHERE state = 'active'")" = BUSINESSAPI.0 ] || fail 'the credential was replaced'
    [ "$(query 'SELECT count(*) FROM runs WHERE finished_at IS NULL')" = 0 ] || fail 'a run is left'
    valid_now
done

for unit in u1 u2 u3; do
    # At once, as others read it.
    "$rekey" -q units set "$unit" --reload "cp $work/jump $work/jump.\$\$ && mv $work/jump.\$\$ $work/clock"
done
for distance in -10y +10y; do
    for jobs in 1 3; do
        call="clock $distance in the middle, $jobs at once"
        echo +0 >"$work/clock"
        echo "$distance" >"$work/jump"
        before=$(numbers)
        # The unit has its new pair, and nobody has recorded that yet.
        refused 3 "$rekey" -q certs renew --all --jobs "$jobs"
        [ "$(cat "$work/clock")" = "$distance" ] || fail 'the clock did not jump'
        valid_now
        [ "$jobs" != 1 ] || [ "$(numbers | sort - <(echo "$before") | uniq -d | wc -l)" -ge 2 ] || fail 'the run went on'
        # Where the clock is still wrong, it stays so.
        refused 6 "$rekey" -q certs renew --all --jobs "$jobs"
        valid_now
        # What was begun is finished, each slot once.
        count=$(query 'SELECT count(*) FROM certificates')
        echo +0 | tee "$work/jump" >"$work/clock"
        off "$rekey" -q certs renew --all --jobs "$jobs" >/dev/null || fail "with the right clock: exit $?"
        [ $(($(query 'SELECT count(*) FROM certificates') - count)) -le 3 ] || fail 'a slot was renewed twice'
        [ "$(numbers | sort - <(echo "$before") | uniq -d | wc -l)" = 0 ] || fail 'a slot was not renewed'
        valid_now
        finished
    done
done
echo "$cases refusals, and no certificate of another time"
