#!/bin/bash
# How long does one run over ssh take? OpenSSH's sshd on loopback, units (200 unless told) behind it, all renewed
# by one `rekey certs renew --all`. Prints what it took; says nothing about what it should be.
#
#     ssh_units.sh REKEY [UNITS [JOBS]]
set -eu

REKEY_BINARY=$(realpath "$1")
units=${2:-200}
jobs=${3:-16}
T=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
export REKEY_BINARY T REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
# shellcheck source=tests/cli/sshd.sh
. "$(dirname "$(realpath "$0")")/../cli/sshd.sh"
start_sshd
trap 'end_sshd; rm -rf "$T"' EXIT

seconds_of() {
    local begin=$EPOCHREALTIME
    "$@" >&2
    awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.2f", end - begin }'
}

echo "preparing $units units"
"$REKEY_BINARY" -q init
for unit in $(seq "$units"); do
    mkdir -p "$T/units/u$unit"
    # Beside the agent, as recording needs no connection for each.
    "$REKEY_BINARY" -q units add "u$unit" "dir:$T/units/u$unit" --type online
    "$REKEY_BINARY" -q units set "u$unit" --address "ssh://far$T/units/u$unit"
done
for unit in $(seq "$units"); do
    [ -e "$T/units/u$unit/online/current" ] || "$REKEY_BINARY" -q certs generate "u$unit" >/dev/null
done
rm -f "$T/arguments"
alone=$(seconds_of "$REKEY_BINARY" -q certs renew u1)
renewed=$(seconds_of "$REKEY_BINARY" -q certs renew --all --reason compromise --yes --jobs "$jobs")

connections=$(($(wc -l <"$T/arguments") - 1))
"$REKEY_BINARY" issuers export local >"$T/local.pem"
export SSL_CERT_FILE=/dev/null
openssl verify -CAfile "$T/local.pem" "$T"/units/*/online/current/cert.pem | grep -c OK | sed 's/$/ units verified by openssl/'
echo "one unit: $alone s; $units units with --jobs $jobs, $connections connections: $renewed s"
awk -v n="$units" -v s="$renewed" 'BEGIN { printf "%.1f units a second\n", n / s }'
