#!/bin/bash
# Plants a private key and passphrases, and looks for them wherever they could leak: in what the commands
# write, send and start (strace), in every file of the home, and in the whole memory of the process at
# its very end, after the last use, which is what a core would hold. Files are searched as they lie: free pages of the
# store, and its log, are among them.
#
#     secrets_seen.sh REKEY PEERS
set -eu

rekey=$1
export REKEY_PEERS=$2
T=$(mktemp -d)
here=$(cd "$(dirname "$0")" && pwd)
export REKEY_HOME=$T/home XDG_CONFIG_HOME=$T/config LC_ALL=C
export ASAN_OPTIONS=detect_leaks=0
# shellcheck source=tests/peers/peer.sh
. "$here/../peers/peer.sh"
trap 'stop_provider; rm -rf "$T"' EXIT

# Runs rekey; stops it right before it exits, keeps its memory, lets it go.
watched() {
    rm -f "$T"/trace* "$T/memory"
    python3 "$here/stop_and_look.py" "$T/memory" "$T/trace" "$rekey" "$@" >"$T/stdout" 2>"$T/stderr" || {
        echo "rekey $*: exit $?: $(cat "$T/stderr")" >&2
        exit 1
    }
    python3 "$here/find_secrets.py" "$T/canaries" "$T/memory" "$T"/trace* "$T/stdout" "$T/stderr" "$REKEY_HOME" "$T/unit" || {
        echo "seen after: rekey $*" >&2
        exit 1
    }
}

mkdir "$T/canaries" "$T/unit"
start_provider peer
for each in 0 1 2; do
    new_key "$T/canaries/$each.pem"
    allow "BUSINESSAPI.$each" "key-$each" "$T/canaries/$each.pem"
done
printf 'canary-of-the-home-9c1f\n' >"$T/canaries/home.pass"
printf 'canary-of-the-payload-77ab\n' >"$T/canaries/payload.pass"
printf 'canary-of-the-file-e02d\n' >"$T/canaries/file.pass"
chmod 600 "$T"/canaries/*
openssl pkcs8 -topk8 -in "$T/canaries/0.pem" -passout "file:$T/canaries/file.pass" -out "$T/encrypted.pem"

# The search itself finds what is there.
cp "$T/canaries/0.pem" "$T/planted"
! python3 "$here/find_secrets.py" "$T/canaries" "$T/planted" 2>/dev/null || { echo 'the search finds nothing' >&2; exit 1; }

home=(--home-passphrase-file "$T/canaries/home.pass")
watched init --passphrase "${home[@]}"
# shellcheck disable=SC2086
watched "${home[@]}" credential add acme --client-id BUSINESSAPI.0 --key-id key-0 --key "$T/encrypted.pem" \
    --passphrase-file "$T/canaries/file.pass" $endpoints
watched "${home[@]}" credential verify acme
watched "${home[@]}" credential rotate acme --client-id BUSINESSAPI.1 --key-id key-1 --key "$T/canaries/1.pem"
watched "${home[@]}" credential rollback acme
watched "${home[@]}" seal change
watched credential verify acme
watched seal change --passphrase --new-passphrase-file "$T/canaries/home.pass"
printf 'id,name,scope,client_id,key_id,version,key_file\ne1,acme,business,BUSINESSAPI.2,key-2,1,%s\n' \
    "$T/canaries/2.pem" >"$T/list.csv"
watched credential pack --csv "$T/list.csv" --out "$T/payload.plist" --passphrase-file "$T/canaries/payload.pass"
watched "${home[@]}" credential import "$T/payload.plist" --update acme --passphrase-file "$T/canaries/payload.pass" --keep-prior 0s
watched "${home[@]}" credential confirm acme
watched "${home[@]}" units add u1 "dir:$T/unit" --type online
watched "${home[@]}" certs generate u1
watched "${home[@]}" certs renew u1
# A unit's own key beside its certificate in one file.
mkdir "$T/other"
openssl req -x509 -new -key "$T/canaries/2.pem" -subj /CN=other -days 90 -out "$T/other.pem" 2>/dev/null
(umask 077 && cat "$T/canaries/2.pem" "$T/other.pem" >"$T/one.pem")
"$rekey" -q "${home[@]}" units add other "dir:$T/other" --type online
"$rekey" -q "${home[@]}" units adopt other online --cert "$T/one.pem" --key "$T/one.pem" --accept-names
[ -f "$T/other/online/current/combined.pem" ] || { echo 'the one file was not kept' >&2; exit 1; }
watched "${home[@]}" units check other
watched "${home[@]}" certs verify other
# What is told about all that, and pages that the store does not use any more, which are searched as they lie.
watched audit export
watched runs list
watched --verbose credential history acme
[ "$(sqlite3 "$REKEY_HOME/rekey.db" 'PRAGMA freelist_count')" -gt 0 ] || { echo 'no page was freed' >&2; exit 1; }
echo 'no secret was seen'
