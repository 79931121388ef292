#!/bin/sh
# Looks at the form of every tracked source: clang-format 14, clang-tidy 14 on lib/ and cli/, shell
# scripts by ShellCheck, and manual pages by mandoc. Other versions of clang want another form: on
# Debian 13, which has only those, the first two are left out.
#
#     lint.sh BUILD     a build folder with compile_commands.json
set -eu

build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
failed=0

format() {
    echo '-- clang-format'
    git ls-files '*.cpp' '*.hpp' | xargs -r clang-format-14 --dry-run -Werror || failed=1
}

tidy() {
    echo '-- clang-tidy'
    # A process for each file, as many at once as there are processors. What it says of the headers of
    # others (how many warnings it left out) is not shown, unless it finds something.
    # shellcheck disable=SC2016 # the inner shell expands
    git ls-files 'lib/*.cpp' 'cli/*.cpp' | xargs -r -n 1 -P "$(nproc)" sh -c \
        'said=$(clang-tidy-14 -p "$0" --quiet "$1" 2>&1) || { printf "%s\n" "$said"; exit 1; }' "$build" || failed=1
}

# shellcheck disable=SC1091 # the system's
if [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = trixie ] && ! command -v clang-tidy-14 >/dev/null; then
    echo '-- clang-format and clang-tidy: left out, as Debian 13 does not have version 14'
else
    format
    tidy
fi

echo '-- shellcheck'
git ls-files '*.sh' '*.bash' .ci/run | xargs -r shellcheck -x || failed=1

echo '-- mandoc'
git ls-files 'man/*' | xargs -r mandoc -Tlint -W warning || failed=1

[ "$failed" -ne 0 ] || echo '-- nothing to mend'
exit "$failed"
