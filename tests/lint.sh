#!/bin/sh
# Looks at the form of every tracked source: clang-format 14, clang-tidy 19 on lib/ and cli/, shell
# scripts by ShellCheck, and manual pages by mandoc. Other versions of clang want another form, and
# other versions of libraries bring other findings: on Debian 13 the first two are left out.
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
    # What the build compiles for lib/ and cli/. In a unity build, several sources are one of these, whose headers
    # are read and judged once: that takes a fifth of the time.
    compiled=$(jq -r '.[].file' "$build/compile_commands.json" | grep -E "^($PWD|$build)/(lib|cli)/" | sort -u)
    # shellcheck disable=SC2086 # a list of words
    looked_at=$(printf '%s\n' $compiled && sed -n 's/^#include "\(.*\.cpp\)"$/\1/p' $compiled)
    unseen=$(git ls-files 'lib/*.cpp' 'cli/*.cpp' | sed "s,^,$PWD/," | grep -vxF "$looked_at") || true
    if [ -n "$unseen" ]; then
        printf 'not compiled in %s, and so not looked at:\n%s\n' "$build" "$unseen"
        failed=1
    fi
    # A process for each, as many at once as there are processors. Warnings of the compiler are left to the compiler.
    # What it says of the headers of others (how many warnings it left out) is not shown, unless it finds something.
    # shellcheck disable=SC2016 # the inner shell expands
    printf '%s\n' "$compiled" | xargs -r -n 1 -P "$(nproc)" sh -c \
        'said=$(clang-tidy-19 --config-file=.clang-tidy --extra-arg=-w -p "$0" --quiet "$1" 2>&1) && exit
         printf "%s\n" "$said"
         exit 1' "$build" || failed=1
}

# shellcheck disable=SC1091 # the system's
if [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = trixie ] && ! command -v clang-format-14 >/dev/null; then
    echo '-- clang-format and clang-tidy: left out, as Debian 12 is what decides'
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
