#!/bin/bash
# Eight of the same command at once on one store: `certs renew --due`, and `credential rotate` to the same
# credential and to eight different ones. Each slot is renewed once, one rotation wins at a time, nobody ends
# otherwise than documented, and whoever only reads is never held up. The judges are sqlite3 and openssl.
#
#     tests/fault/two_at_once.sh REKEY PEERS
set -eu

rekey=$1
export REKEY_PEERS=$2
T=$(mktemp -d)
work=$T
here=$(cd "$(dirname "$0")" && pwd)
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
many=8
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
provider=
trap 'stop_provider; rm -rf "$T"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

slots=24
# shellcheck source=tests/fault/slots.sh
. "$here/slots.sh"

# Reads until $T/enough is there; every listing must succeed and be complete. Notes how often.
read_on() {
    local rounds=0 rows
    while [ ! -e "$T/enough" ] || [ "$rounds" = 0 ]; do
        rows=$("$rekey" --output jsonl certs list --state active 2>"$T/reader" | wc -l) || rows=failed
        if [ "$rows" != "$slots" ] || [ -s "$T/reader" ]; then
            echo "$rows rows: $(cat "$T/reader")" >"$T/rounds"
            return
        fi
        rounds=$((rounds + 1))
    done
    echo "$rounds" >"$T/rounds"
}

# Runs `one N` for 1 to $many, all let go at one instant, beside a reader. The exit codes that they may end
# with are the arguments; $T/code.N has what it was.
all_at_once() {
    local n code pids=() reader
    rm -f "$T/enough"
    exec 9>"$T/start"
    flock -x 9
    read_on 9>&- &
    reader=$!
    for n in $(seq "$many"); do
        (
            exec 9>&-
            flock -s "$T/start" true
            code=0
            one "$n" >"$T/out.$n" 2>&1 || code=$?
            echo "$code" >"$T/code.$n"
        ) &
        pids+=($!)
    done
    exec 9>&-
    wait "${pids[@]}"
    touch "$T/enough"
    wait "$reader" || true
    case $(cat "$T/rounds") in
        *[!0-9]*) fail "a reader was held up: $(cat "$T/rounds")" ;;
    esac
    for n in $(seq "$many"); do
        code=$(cat "$T/code.$n")
        case " $* " in
            *" $code "*) ;;
            *) fail "process $n ended with $code: $(cat "$T/out.$n")" ;;
        esac
    done
}

"$rekey" -q init
for n in $(seq 12); do
    mkdir -p "$work/units/u$n"
    "$rekey" -q units add "u$n" "dir:$work/units/u$n" --type online --type iam
done
for n in $(seq 12); do "$rekey" -q certs generate "u$n"; done
sound

# Due, all of them, because they would look different today.
printf '[defaults]\nkey = "ec-p384"\n' | "$rekey" -q policy load - --yes
one() { "$rekey" --json certs renew --due; }
all_at_once 0 5
sound
finished
[ "$(query 'SELECT count(*) FROM certificates')" = $((2 * slots)) ] || fail 'a slot was renewed more than once'
[ "$(query "SELECT count(*) FROM items WHERE outcome = 'renewed' AND reason = 'policy'")" = "$slots" ] ||
    fail 'not every slot was renewed once, because of the policy'
[ "$(query "SELECT max(n) FROM (SELECT count(*) AS n FROM items WHERE outcome = 'renewed' AND old_certificate_id IS NOT NULL GROUP BY slot_id)")" = 1 ] ||
    fail 'a slot was renewed twice'
for slot in "$work"/units/*/*/current; do
    openssl x509 -in "$slot/cert.pem" -noout -text | grep -q secp384r1 || fail "$slot: not renewed"
done
echo "renew --due: $many at once, each of $slots slots renewed once, $(cat "$T/rounds") listings meanwhile"

start_provider peer
for each in 0 1 2 3 4 5 6 7 8 9; do
    new_key "$T/$each.pem"
    allow "BUSINESSAPI.$each" "key-$each" "$T/$each.pem"
done
# shellcheck disable=SC2086
"$rekey" -q credential add acme --client-id BUSINESSAPI.0 --key-id key-0 --key "$T/0.pem" $endpoints
printf 'serialNumber\nD1\nD2\nD3\n' >"$T/devices.csv"
"$rekey" -q tenants import acme --devices "$T/devices.csv"

rotated() {
    [ "$(query "SELECT count(*) FROM credentials WHERE state = 'active'")" = 1 ] || fail 'not one active credential'
    [ "$(query "SELECT count(*) FROM credentials c JOIN credential_keys k ON k.credential_id = c.id WHERE state = 'active'")" = 1 ] ||
        fail 'the active credential has no key'
    [ "$(query "SELECT count(*) FROM rotations WHERE state IN ('staged', 'verified', 'cut_over')")" = 0 ] ||
        fail 'a rotation is left open'
    [ "$(query "SELECT count(*) FROM devices WHERE inactive_since IS NULL")" = 3 ] || fail 'devices are missing'
    [ "$(query 'PRAGMA integrity_check')" = ok ] || fail 'the store is damaged'
    "$rekey" audit verify >/dev/null || fail 'the audit chain is broken'
    "$rekey" credential verify acme >/dev/null || fail 'the active credential does not work'
}

rotate_to() { "$rekey" credential rotate acme --client-id "BUSINESSAPI.$1" --key-id "key-$1" --key "$T/$1.pem"; }

one() { rotate_to 9; }
# 3: it had recorded a step, and another one went on with the rotation.
all_at_once 0 3 5
rotated
[ "$(query "SELECT client_id FROM credentials WHERE state = 'active'")" = BUSINESSAPI.9 ] || fail 'not rotated'
[ "$(query 'SELECT count(*) FROM rotations')" = 1 ] || fail 'the same rotation was done more than once'
echo "rotate to one credential: $many at once, one rotation, $(cat "$T/rounds") listings meanwhile"

one() { rotate_to "$1"; }
all_at_once 0 3 5 6
won=0
for n in $(seq "$many"); do
    [ "$(cat "$T/code.$n")" = 0 ] || continue
    won=$((won + 1))
    # Who was told that it is in use is in use, or was and made way for a later one. It may have staged twice: another
    # one took the place of what it had staged, and lost it again.
    [ "$(query "SELECT count(*) FROM rotations r JOIN credentials c ON c.id = r.new_credential_id
        WHERE client_id = 'BUSINESSAPI.$n' AND cut_over_at IS NOT NULL")" = 1 ] ||
        fail "process $n said that it rotated, and did not: $(cat "$T/out.$n"); $(query 'SELECT client_id, state FROM credentials' | xargs)"
done
[ "$won" -ge 1 ] || fail 'nobody rotated'
rotated
echo "rotate to $many credentials: $won won, one after the other, $(cat "$T/rounds") listings meanwhile"
