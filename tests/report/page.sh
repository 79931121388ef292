#!/bin/bash
# The page of `rekey report` in a real browser: judge.mjs says what is judged. Once of an empty home, once of one with a
# bit of everything and with hostile names.
#
#     page.sh REKEY PEERS [FOLDER]     pictures stay in FOLDER when it is given
#
# Exits 77 where Chromium is missing.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
peers=$2
here=$(cd "$(dirname "$0")" && pwd)
chromium=$(command -v chromium || command -v chromium-browser) || {
    echo "skipped: there is no Chromium here (Debian's package chromium)"
    exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/rekey-report-XXXXXX")
trap 'rm -rf "$work"' EXIT
pictures=$work/pictures
if [ -n "${3:-}" ]; then
    mkdir -p "$3"
    pictures=$(cd "$3" && pwd)
fi
# Chromium keeps what it keeps for a user below these.
export HOME=$work XDG_CACHE_HOME=$work/cache
# shellcheck source-path=SCRIPTDIR
. "$here/home.sh"

look() {
    on 2026-11-20 "$rekey" report --out "$work/$1.html"
    echo "$1: $(wc -c <"$work/$1.html") bytes"
    [ "${pictures#"$work"}" != "$pictures" ] || cp "$work/$1.html" "$pictures"
    node "$here/judge.mjs" "$chromium" "$peers/node_modules/axe-core/axe.min.js" "$work/$1.html" "$pictures/$1"
    rm -rf "$pictures/$1/profile"
}

export REKEY_HOME=$work/empty XDG_CONFIG_HOME=$work/config
"$rekey" -q init
look empty
make_home
look full
