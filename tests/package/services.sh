#!/bin/sh
# Installs a build into a folder, and has systemd judge the units that came with it.
#
#     services.sh BUILD CMAKE
set -eu

build=$1 cmake=$2
if ! command -v systemd-analyze >/dev/null; then
    echo 'skipped: systemd-analyze is not here (Debian: systemd)'
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$cmake" --install "$build" --prefix "$work/prefix" >/dev/null
cd "$work/prefix/lib/systemd/system"
ls

echo '== they are sound, and what they run is there'
# The pages are not where man looks.
systemd-analyze verify --man=no ./rekey-renew.service ./rekey-renew.timer ./rekey-confirm.service ./rekey-confirm.timer
for service in renew confirm; do
    line=$(sed -n 's/^ExecStart=//p' rekey-$service.service)
    # What it runs is a command that there is, with options that there are: there is only no home.
    # shellcheck disable=SC2086 # a command line
    if said=$(env -i HOME="$work/nobody" $line 2>&1); then false; else test "$?" -ne 127; fi
    echo "$said"
    echo "$said" | grep -q 'rekey init'
done

echo '== how exposed they are, of 100'
for service in renew confirm; do
    systemd-analyze security --offline=true --no-pager --threshold=20 ./rekey-$service.service | tail -1
done
