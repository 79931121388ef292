#!/bin/sh
# Compares the names that the shared library exports with those of exported.txt: a name that comes or goes is a change
# of the interface, and is seen here first.
#
#     exported.sh LIBRARY [--write]     --write: makes exported.txt anew
set -eu

library=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Functions and data, without their parameters; not what the compiler makes of them for itself (type information, virtual tables, copies of
# templates), which differs between compilers.
nm --dynamic --defined-only --demangle --format=posix "$library" |
    sed -n 's/ [TDBR] [0-9a-f]* *[0-9a-f]*$//p' | sed -E 's/\[abi:[a-z0-9]+\]//g; s/\(.*//' | LC_ALL=C sort -u >"$work/exported"
if [ "${2:-}" = --write ]; then
    cp "$work/exported" "$here/exported.txt"
    exit
fi
if foreign=$(grep -v '^rekey::' "$work/exported"); then
    printf 'names that are not of rekey:\n%s\n' "$foreign" >&2
    exit 1
fi
diff -u "$here/exported.txt" "$work/exported" || {
    echo 'the interface changed; when that is meant: tests/install/exported.sh LIBRARY --write' >&2
    exit 1
}
echo "$(wc -l <"$work/exported") names, as in exported.txt"
