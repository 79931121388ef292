#!/bin/bash
# What does a sync itself cost? Devices from a server that answers from memory, over loopback, into an empty
# store and again into a full one (all devices the same; all changed); then coverage, one request a device.
# Prints devices a second, processor time and the most memory; says nothing about what they should be.
#
#     sync.sh REKEY [DEVICES] [COVERED]     250000 and 20000 unless told
#
# Works below $REKEY_TEST_FOLDER, else /var/tmp.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
devices=${2:-250000}
covered=${3:-20000}
T=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
here=$(cd "$(dirname "$0")" && pwd)
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
trap 'stop_provider; rm -rf "$T"' EXIT

new_key "$T/key.pem"
begin() {
    rm -rf "$REKEY_HOME"
    "$rekey" -q init
    # shellcheck disable=SC2086
    "$rekey" -q credential add acme --client-id BUSINESSAPI.1 --key-id k --key "$T/key.pem" $endpoints --offline
}
# The server makes its pages once, before it is asked for them in earnest.
warm() {
    python3 - "$url" <<'END'
import http.client, json, sys, urllib.parse
url = urllib.parse.urlsplit(sys.argv[1])
connection = http.client.HTTPConnection(url.hostname, url.port)
def ask(method, target, headers={}):
    connection.request(method, target, headers=headers)
    return json.loads(connection.getresponse().read())
token = ask("POST", "/token")["access_token"]
cursor = ""
while cursor is not None:
    page = ask("GET", "/v1/orgDevices?limit=1000" + cursor, {"Authorization": "Bearer " + token})
    following = page["meta"]["paging"].get("nextCursor")
    cursor = "&cursor=" + following if following else None
END
}
measure() {
    local what=$1 count=$2
    shift 2
    /usr/bin/time -f '%e %U %S %M' -o "$T/time" "$rekey" -q tenants sync acme "$@"
    awk -v what="$what" -v n="$count" '{ printf "%-28s %8.0f a second, %5.1f s processor, %4.0f MB\n", what, n / $1, $2 + $3, $4 / 1024 }' "$T/time"
}

peer=$T/records
mkdir -p "$peer"
for n in $((devices / 10)) "$devices"; do
    serves "{\"devices\": $n}"
    [ -e "$T/records/url" ] || start_records records
    begin
    warm
    measure "$n devices, new" "$n" --coverage none
    measure "$n devices, the same" "$n" --coverage none
    serves "{\"devices\": $n, \"edition\": \"RELEASED\"}"
    warm
    measure "$n devices, changed" "$n" --coverage none
done
serves "{\"devices\": $covered}"
begin
"$rekey" -q tenants sync acme --coverage none
measure "coverage of $covered devices" "$covered"
