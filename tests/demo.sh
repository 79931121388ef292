#!/bin/sh
# The main job, shown: three units in a folder get certificates, one is renewed.
#
#     demo.sh REKEY FOLDER     FOLDER is made anew
set -eu
exec 2>&1

rekey=$(cd "$(dirname "$1")" && pwd)/rekey
rm -rf "$2"
mkdir -p "$2/units/gateway-1" "$2/units/gateway-2" "$2/units/sensor-7"
cd "$2"
folder=$(pwd)
export REKEY_HOME="$folder/home" XDG_CONFIG_HOME="$folder/config"
echo "in $folder (REKEY_HOME=$REKEY_HOME)"

run() {
    printf '\n$ rekey'
    for word in "$@"; do case $word in *[!A-Za-z0-9./:_=-]*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac; done
    printf '\n'
    "$rekey" "$@"
}

run init --organization 'Example Fleet'
run units add gateway-1 "dir:$folder/units/gateway-1" --type online --type iam --label site=north
run units add gateway-2 "dir:$folder/units/gateway-2" --type online --label site=south
run units add sensor-7 "dir:$folder/units/sensor-7" --type offline
run certs generate gateway-1
run certs generate gateway-2
run certs generate sensor-7
run certs list
run certs renew gateway-1/online --reason rotation --comment 'a demonstration'
run certs history gateway-1/online
run certs verify
run audit verify

printf '\nWhat services on gateway-1 point at:\n'
ls -l "$folder/units/gateway-1/online/current/"
printf '\nTo look around: REKEY_HOME=%s %s certs list\n' "$REKEY_HOME" "$rekey"
