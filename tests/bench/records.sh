#!/bin/bash
# How fast are records loaded, and does a rotation notice them? `rekey tenants import` beside
# `sqlite3 .import` of the same CSV into a table with the same columns and key, with rekey's durability
# (WAL, synchronous=FULL); then a rotation of a tenant with 1,000 devices beside one with all of
# them, in turn. Prints times and ratios; says nothing about what they should be.
#
#     records.sh REKEY [DEVICES] [ROUNDS]     1000000 and 5 unless told
#
# Works below $REKEY_TEST_FOLDER, else /var/tmp.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
devices=${2:-1000000}
rounds=${3:-5}
work=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CONFIG_HOME=$work/config LC_ALL=C

seconds_of() {
    local begin=$EPOCHREALTIME
    "$@" >&2
    awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", end - begin }'
}
median() { sort -g "$1" | awk '{ all[NR] = $1 } END { printf "%.3f (%.3f to %.3f)", all[int((NR + 1) / 2)], all[1], all[NR] }'; }
ratio() { paste "$1" "$2" | awk '{ print $1 / $2 }' | sort -g | awk '{ all[NR] = $1 } END { printf "%.2f (%.2f to %.2f)", all[int((NR + 1) / 2)], all[1], all[NR] }'; }

columns=serialNumber,deviceModel,productFamily,productType,deviceCapacity,partNumber,orderNumber,color,status,orderDateTime,addedToOrgDateTime,updatedDateTime,purchaseSourceId,purchaseSourceType,wifiMacAddress
generate() {
    echo "$columns"
    awk -v n="$1" 'BEGIN { for (i = 1; i <= n; ++i) printf "C%011.0f,iPhone 15,iPhone,\"iPhone15,4\",128GB,MTP%05d/A,%010d,BLACK,ASSIGNED,2026-01-%02dT10:00:00Z,2026-02-%02dT10:00:00Z,2026-03-%02dT10:00:00Z,%08d,APPLE,%012.0f\n",
        i * 7919 % 100000000003, i % 99991, int(i / 10), i % 28 + 1, i % 28 + 1, i % 28 + 1, i % 5000, i * 31 }'
}

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

import_by_sqlite3() {
    rm -f peer.db*
    sqlite3 -init /dev/null -batch peer.db 'PRAGMA journal_mode = WAL' 'PRAGMA synchronous = FULL' \
        "CREATE TABLE devices(${columns//,/ TEXT, } TEXT, PRIMARY KEY(serialNumber))" \
        ".import --csv --skip 1 devices.csv devices" >/dev/null
}

import_by_rekey() {
    rm -rf home
    "$rekey" -q --home home init
    "$rekey" -q --home home credential add acme --client-id BUSINESSAPI.0 --key-id k --key 0.pem --offline
    "$rekey" -q --home home tenants import acme --devices devices.csv
}

# Without the provider, whose answers take longer than all of it.
rotate() {
    "$rekey" -q --home "$1" credential rotate acme --client-id "BUSINESSAPI.$2" --key-id k --key "$2.pem" --offline 2>>messages
}

key 0.pem
generate "$devices" >devices.csv
echo "$devices devices, $(du -m devices.csv | cut -f 1) MB of CSV"
for round in $(seq "$rounds"); do
    seconds_of import_by_sqlite3 >>sqlite3.times
    seconds_of import_by_rekey >>rekey.times
done
[ "$(sqlite3 home/rekey.db 'SELECT count(*) FROM devices')" = "$devices" ]
[ "$(sqlite3 peer.db 'SELECT count(*) FROM devices')" = "$devices" ]
echo "sqlite3 .import   $(median sqlite3.times) s"
echo "tenants import    $(median rekey.times) s, ratio $(ratio rekey.times sqlite3.times)"

generate 1000 >devices.csv
mv home large
import_by_rekey
mv home small
for round in $(seq $((rounds * 5))); do
    key "$round.pem"
    seconds_of rotate small "$round" >>small.times
    seconds_of rotate large "$round" >>large.times
    "$rekey" -q --home small credential rollback acme --offline 2>>messages
    "$rekey" -q --home large credential rollback acme --offline 2>>messages
done
echo "rotate, 1000      $(median small.times) s"
echo "rotate, $devices   $(median large.times) s, ratio $(ratio large.times small.times)"
