#!/bin/sh
# Builds every fuzz target with clang, AddressSanitizer and UndefinedBehaviorSanitizer, and runs each for a while,
# beginning with the seeds and with what once broke.
#
#     tests/fuzz/fuzz.sh [SECONDS [TARGET...]]     SECONDS: for each target (default 60)
#
# Says of each target how often it ran, how far the coverage grew (edges), and what was found. A finding is an
# input in build/fuzz/findings/TARGET: mend the cause, and keep the input in tests/fuzz/found/TARGET.
set -eu

seconds=${1:-60}
[ $# -eq 0 ] || shift
here=$(dirname "$(realpath "$0")")
root=$here/../..
build=${REKEY_FUZZ_BUILD:-$root/build/fuzz}

compiler=$(command -v clang++-14 || command -v clang++-19) || {
    echo 'there is no clang++-14 or clang++-19' >&2
    exit 1
}
if command -v ccache >/dev/null; then launcher=-DCMAKE_CXX_COMPILER_LAUNCHER=ccache; else launcher=; fi
# shellcheck disable=SC2086 # or nothing
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=None -DREKEY_FUZZERS=ON \
    -DBUILD_SHARED_LIBS=OFF -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=8 $launcher >/dev/null
cmake --build "$build" --target fuzzers >"$build/build.log" 2>&1 || {
    cat "$build/build.log" >&2
    exit 1
}
"$here/seeds.py" "$build/seeds"

run() {
    findings=$build/findings/$1
    log=$build/$1.log
    # A fresh corpus each time: what is reported grew in this run.
    rm -rf "$build/corpus/$1"
    mkdir -p "$build/corpus/$1" "$findings"
    found=$here/found/$1
    [ -d "$found" ] || found=
    result='nothing found'
    # shellcheck disable=SC2086 # or nothing
    "$build/tests/fuzz/fuzz_$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=65536 \
        -print_final_stats=1 -artifact_prefix="$findings/" "$build/corpus/$1" "$build/seeds/$1" $found \
        >"$log" 2>&1 || result="BROKEN, see $log and $findings"
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    first=$(sed -n 's/.*INITED *cov: \([0-9]*\).*/\1/p' "$log" | head -n 1)
    last=$(sed -n 's/.* cov: \([0-9]*\).*/\1/p' "$log" | tail -n 1)
    printf '%-12s %9s runs, coverage %5s -> %5s: %s\n' "$1" "${runs:-?}" "${first:-?}" "${last:-?}" "$result" |
        tee "$build/$1.result"
}

targets=$*
[ -n "$targets" ] || targets=$(cd "$build/seeds" && echo */ | tr -d /)
rm -f "$build"/*.result
count=0
for target in $targets; do
    run "$target" &
    count=$((count + 1))
    [ $((count % $(nproc))) -ne 0 ] || wait
done
wait
[ "$(cat "$build"/*.result | grep -c 'nothing found')" -eq "$count" ]
