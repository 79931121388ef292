#!/bin/bash
# Installs the servers that tests talk to, by the lock file, into a folder of the build.
#
#     tests/peers/install.sh FOLDER
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
install -m 644 "$here/package.json" "$here/package-lock.json" "$here/provider.mjs" "$here/strict.mjs" .
# npm ci removes everything first; what was installed by the same lock file is good.
if ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed
fi
