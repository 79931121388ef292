#!/bin/bash
# How fast are durable renewals? `rekey certs renew --all` beside a loop of openssl commands that
# makes and syncs the same files and folders (and, unlike rekey, records nothing). Prints both rates
# and their ratio; says nothing about what they should be.
#
#     renewals.sh REKEY [UNITS]     UNITS: 1000 unless told
#
# Works below $REKEY_TEST_FOLDER, else /var/tmp: what lies in memory costs nothing to sync.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
units=${2:-1000}
work=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export REKEY_HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C
# Else `openssl x509` reads all roots of the system, which takes longer than to sign.
export SSL_CERT_FILE=/dev/null

seconds_of() {
    local begin=$EPOCHREALTIME
    "$@" >&2
    awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.3f", end - begin }'
}

rate() { awk -v what="$1" -v n="$units" -v s="$2" 'BEGIN { printf "%-8s %d renewals in %.2f s: %.0f a second\n", what, n, s, n / s }'; }

echo "preparing $units units in $work"
"$rekey" -q init
for unit in $(seq "$units"); do
    mkdir -p "units/u$unit" "loop/u$unit/online/gen"
    "$rekey" -q units add "u$unit" "dir:$work/units/u$unit" --type online
    "$rekey" -q certs generate "u$unit" >/dev/null
done

# The same fields as rekey's certificates.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=loop \
    -days 10950 -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
cat >extensions <<'END'
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth,clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:${ENV::UNIT}
END

# One generation from a new key to the switch, each step durable before the next.
renew_by_openssl() {
    local slot=$1 generation=$2 number
    export UNIT=$3
    mkdir -p "$slot/pending"
    (umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out "$slot/pending/key.pem")
    openssl req -new -key "$slot/pending/key.pem" -subj "/CN=$UNIT" -out "$slot/pending/request.pem"
    sync "$slot/pending/key.pem" "$slot/pending/request.pem" "$slot/pending" "$slot"
    number=$(od -An -N20 -tx1 /dev/urandom | tr -d ' \n')
    openssl x509 -req -in "$slot/pending/request.pem" -CA ca.pem -CAkey ca.key -set_serial "0x7$number" -days 3650 \
        -extfile extensions -out "$slot/pending/cert.pem" 2>/dev/null
    cp ca.pem "$slot/pending/chain.pem"
    cat "$slot/pending/cert.pem" ca.pem >"$slot/pending/fullchain.pem"
    sync "$slot/pending/cert.pem" "$slot/pending/chain.pem" "$slot/pending/fullchain.pem" "$slot/pending"
    mv "$slot/pending" "$slot/gen/$generation"
    sync "$slot/gen"
    ln -s "gen/$generation" "$slot/current.new"
    mv -T "$slot/current.new" "$slot/current"
    sync "$slot"
}

loop() {
    local unit
    for unit in $(seq "$units"); do renew_by_openssl "loop/u$unit/online" "$1" "u$unit"; done
}

# Both begin with a first generation in place and nothing left to write.
loop 000001
sync
rekey_seconds=$(seconds_of "$rekey" -q certs renew --all --jobs "$(nproc)" --reason compromise --yes)
sync
loop_seconds=$(seconds_of loop 000002)

# Both did the work.
"$rekey" issuers export local >local.pem
for made in units:local.pem loop:ca.pem; do
    renewed=("${made%:*}"/*/online/gen/000002/cert.pem)
    [ ${#renewed[@]} -eq "$units" ] || { echo "${made%:*}: ${#renewed[@]} renewals of $units" >&2; exit 1; }
    openssl verify -CAfile "${made#*:}" "${renewed[@]}" >/dev/null
done

rate rekey "$rekey_seconds"
rate openssl "$loop_seconds"
awk -v r="$rekey_seconds" -v l="$loop_seconds" 'BEGIN { printf "rekey is %.1f times as fast\n", l / r }'
