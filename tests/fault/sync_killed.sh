#!/bin/bash
# Kills a sync of many devices at random instants, at a provider that fails at random too, again and again;
# then one sync that nobody disturbs. The content must be that of a sync that was never disturbed, byte for byte:
# devices, coverage and the history of both. The judges are cmp and sqlite3.
#
#     sync_killed.sh REKEY [DEVICES] [KILLS] [SEED]     2000, 12 and 1 unless told
set -eu

rekey=$1
devices=${2:-2000}
kills=${3:-12}
RANDOM=${4:-1}
T=$(mktemp -d "${REKEY_TEST_FOLDER:-/tmp}/rekey-sync-XXXXXX")
here=$(cd "$(dirname "$0")" && pwd)
export XDG_CONFIG_HOME=$T/config LC_ALL=C
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
trap 'stop_provider; rm -rf "$T"' EXIT

# A clock that stands still, so that times are the same too; waiting is by another clock.
library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
frozen() {
    local day=$1 home=$2
    shift 2
    exec env LD_PRELOAD="$library" FAKETIME="2027-01-$day 00:00:00" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \
        ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" "$rekey" -q --home "$home" "$@"
}
sync_once() { (frozen 02 "$1" tenants sync acme --coverage all --patience 60s); }
sync_as_victim() { frozen 02 "$1" tenants sync acme --coverage all --patience 60s; }

content() {
    (frozen 03 "$1" tenants devices acme --output jsonl) | sort >"$2.devices"
    (frozen 03 "$1" tenants coverage acme --output jsonl) | sort >"$2.coverage"
    for table in device_history coverage_history; do
        sqlite3 "$1/rekey.db" "SELECT * FROM $table ORDER BY 1, 2, 3, 4"
    done >"$2.history"
    sqlite3 "$1/rekey.db" 'SELECT devices, inactive, coverage FROM tenants; PRAGMA integrity_check' >"$2.counts"
}
fail() {
    echo "sync, after $hit kills: $*" >&2
    exit 1
}

# Before: devices of which some are gone, and all others changed, when it is synced again.
start_records records
serves "{\"devices\": $((devices * 9 / 10)), \"edition\": \"OLD\"}"
new_key "$T/key.pem"
(frozen 01 "$T/before" init)
# shellcheck disable=SC2086
(frozen 01 "$T/before" credential add acme --client-id BUSINESSAPI.1 --key-id k --key "$T/key.pem" $endpoints)
(frozen 01 "$T/before" tenants sync acme --coverage all)
gone=$(seq -s, 0 17 $((devices - 1)))
page=$((devices / 40 > 1000 ? 1000 : devices / 40))

serves "{\"devices\": $devices, \"gone\": [$gone], \"page\": $page}"
cp -r "$T/before" "$T/whole"
begin=$EPOCHREALTIME
sync_once "$T/whole" || fail "undisturbed, it ends with $?"
took=$(awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%d", (end - begin) * 1000 }')
content "$T/whole" "$T/whole"

cp -r "$T/before" "$T/killed"
serves "{\"devices\": $devices, \"gone\": [$gone], \"page\": $page, \"fail\": 10, \"token_uses\": 200, \"seed\": $RANDOM}"
hit=0
rounds=0
unfinished=0
while [ "$hit" -lt "$kills" ]; do
    rounds=$((rounds + 1))
    [ "$rounds" -le $((kills * 20)) ] || fail 'they miss'
    sync_as_victim "$T/killed" 2>"$T/stderr" &
    victim=$!
    sleep "$(awk -v r="$RANDOM" -v took="$took" 'BEGIN { printf "%.3f", r / 32768 * took / 1000 }')"
    kill -KILL "$victim" 2>/dev/null || true
    code=0
    wait "$victim" 2>/dev/null || code=$?
    case $code in
        0 | 3 | 4) continue ;;
        137) hit=$((hit + 1)) ;;
        *) fail "exit $code: $(cat "$T/stderr")" ;;
    esac
    [ "$(sqlite3 "$T/killed/rekey.db" "SELECT count(*) FROM syncs WHERE finished_at IS NULL")" = 0 ] || unfinished=$((unfinished + 1))
    "$rekey" --home "$T/killed" audit verify >/dev/null || fail 'the audit chain is broken'
done
serves "{\"devices\": $devices, \"gone\": [$gone], \"page\": $page}"
sync_once "$T/killed" || fail "the last one ends with $?"
content "$T/killed" "$T/killed"
for what in devices coverage history counts; do
    cmp "$T/whole.$what" "$T/killed.$what" || fail "other $what"
done
[ "$unfinished" -gt 0 ] || fail 'no kill came in the middle of a sync'
echo "sync of $devices devices: $hit kills, $unfinished of them with a sync to continue; the same $(wc -l <"$T/whole.devices") devices, $(wc -l <"$T/whole.coverage") coverage records and $(wc -l <"$T/whole.history") earlier ones"
