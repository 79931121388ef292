#!/bin/sh
# Everything from a fresh Debian 12 or 13 on; asks nothing, and can be run again.
#
#     run.sh demo     installs what is needed, builds, and shows the main job at work
#     run.sh all      installs what is needed, builds twice (release; dev with sanitizers), and runs
#                     the tests of each, and the checks of the sources
set -eu

cd "$(dirname "$0")/.."
# What Debian installs, before anything else that this user has.
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH"

step() { printf '\n== %s\n' "$*"; }

build() {
    preset=$1
    shift
    step "build/$preset"
    if command -v ccache >/dev/null; then set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"; fi
    cmake --preset "$preset" "$@"
    cmake --build --preset "$preset"
}

check() {
    step "tests of build/$1"
    ctest --preset "$1" --parallel "$(nproc)"
}

case ${1:-} in
    demo)
        tests/packages.sh build
        build release -DBUILD_TESTING=OFF
        step demonstration
        tests/demo.sh build/release/cli/rekey build/demo
        ;;
    all)
        tests/packages.sh test
        build release -DBUILD_TESTING=ON
        build dev
        check release
        check dev
        step 'form of the sources'
        tests/lint.sh build/dev
        step 'all tests and checks passed'
        ;;
    *)
        sed -n 's/^# \{0,1\}//; 2,6p' "$0" >&2
        exit 2
        ;;
esac
