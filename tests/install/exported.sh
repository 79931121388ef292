#!/bin/sh
# Compares the names that the shared library exports with those of exported.txt: the interface, and nothing else. A name
# that comes or goes is a change, and is seen here first.
#
#     exported.sh LIBRARY [--write]     --write: makes the list anew
set -eu

library=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Functions and data; not what the compiler makes of them for itself (type information, virtual tables, copies of
# templates), which differs between compilers.
nm --dynamic --defined-only --demangle --format=posix --with-symbol-versions "$library" |
    sed -nE 's/ [TDBR] [0-9a-f]+ *[0-9a-f]*$//p' | sed -E 's/\[abi:[a-z0-9]+\]//g' >"$work/all"

# Of the version of lib/librekey.map.in, without parameters.
sed -nE 's/(\(.*)?@@REKEY_[0-9]+$//p' "$work/all" | LC_ALL=C sort -u >"$work/exported.txt"

if [ "${2:-}" = --write ]; then
    cp "$work/exported.txt" "$here"
    exit
fi
if strays=$(grep -vE '^rekey::.*@@REKEY_[0-9]+$' "$work/all"); then
    printf 'names that are not of rekey, or of no version:\n%s\n' "$strays" >&2
    exit 1
fi
diff -u "$here/exported.txt" "$work/exported.txt" || {
    echo 'the interface changed; when that is meant: tests/install/exported.sh LIBRARY --write' >&2
    exit 1
}
echo "$(wc -l <"$work/exported.txt") names, as in exported.txt"
