#!/bin/bash
# What rekey's work costs, beside other programs that do the same, and beside the least that it can cost here: one table.
#
#     table.sh REKEY [--rows N] [--rounds N] [ROW...]     as table.py, which says what ROW can be
#
# Compiles the bare programs, and, as root on Debian, installs the peers that are missing.
set -eu

here=$(dirname "$(realpath "$0")")
missing=()
for peer in openssl:openssl cfssl:golang-cfssl certtool:gnutls-bin sqlite3:sqlite3; do
    command -v "${peer%:*}" >/dev/null || missing+=("${peer#*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    [ "$(id -u)" -eq 0 ] || {
        echo "missing, and only root can install them: ${missing[*]}" >&2
        exit 2
    }
    apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null
fi
work=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
for program in renew verify; do
    g++ -O2 -std=c++20 -o "$work/bare_$program" "$here/bare/$program.cpp" -lcrypto -lsqlite3 -lpthread
done
python3 "$here/table.py" "$work" "$@"
