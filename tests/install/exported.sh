#!/bin/sh
# Compares the names that the shared library exports with two lists: exported.txt has the interface, exported_internal.txt
# what only the command line of the same release may use. A name that comes or goes is a change, and is seen here first.
#
#     exported.sh LIBRARY [--write]     --write: makes both lists anew
set -eu

library=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Functions and data; not what the compiler makes of them for itself (type information, virtual tables, copies of
# templates), which differs between compilers.
nm --dynamic --defined-only --demangle --format=posix --with-symbol-versions "$library" |
    sed -nE 's/ [TDBR] [0-9a-f]+ *[0-9a-f]*$//p' | sed -E 's/\[abi:[a-z0-9]+\]//g' >"$work/all"

# Of one version of lib/librekey.map.in, without parameters.
names_of() { sed -nE "s/(\(.*)?@@$1\$//p" "$work/all" | LC_ALL=C sort -u; }
names_of 'REKEY_[0-9]+' >"$work/exported.txt"
names_of 'REKEY_PRIVATE_[0-9.]+' >"$work/exported_internal.txt"

if [ "${2:-}" = --write ]; then
    cp "$work/exported.txt" "$work/exported_internal.txt" "$here"
    exit
fi
if strays=$(grep -vE '^rekey::.*@@REKEY_([0-9]+|PRIVATE_[0-9.]+)$' "$work/all"); then
    printf 'names that are not of rekey, or of no version:\n%s\n' "$strays" >&2
    exit 1
fi
for list in exported.txt exported_internal.txt; do
    diff -u "$here/$list" "$work/$list" || {
        echo 'the interface changed; when that is meant: tests/install/exported.sh LIBRARY --write' >&2
        exit 1
    }
    echo "$(wc -l <"$work/$list") names, as in $list"
done
