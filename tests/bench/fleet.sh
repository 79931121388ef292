#!/bin/bash
# Do units that are away, or hang, hold up the others? Renews a fleet of which some are unreachable and some hang
# for ever, and beside it only those that are well. Prints how long each took, and when the last of the
# others was done; says nothing about what that should be.
#
#     fleet.sh REKEY [UNITS [AWAY [HANGING [DEADLINE]]]]     1000, 100, 10 and 30s unless told
#
# Works below $REKEY_TEST_FOLDER, else /var/tmp: what lies in memory costs nothing to sync.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
units=${2:-1000}
away=${3:-100}
hanging=${4:-10}
deadline=${5:-30s}
work=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
# Also ends the reload commands that hang.
trap 'rm -rf "$work"' EXIT
cd "$work"
export REKEY_HOME=$work/home XDG_CONFIG_HOME=$work/config LC_ALL=C

well=$((units - away - hanging))
echo "preparing $units units in $work: $well well, $away away, $hanging hanging"
"$rekey" -q init
# Those that hang come first, so that they do their worst.
for ((i = 0; i < units; i++)); do
    unit=$(if ((i < hanging)); then echo "hangs$i"; elif ((i < hanging + away)); then echo "away$i"; else echo "well$i"; fi)
    mkdir -p "units/$unit"
    "$rekey" -q units add "$unit" "dir:$work/units/$unit" --type online
    "$rekey" -q certs generate "$unit" >/dev/null
done
for unit in units/hangs*; do
    "$rekey" -q units set "${unit#units/}" --reload "while [ -e $work/units ]; do sleep 1; done"
done

seconds_between() { awk -v begin="$1" -v end="$2" 'BEGIN { printf "%.2f", end - begin }'; }

# Twice, and the better one counts: what was written before is still on its way to the disk.
times=()
for round in 1 2; do
    sync
    begin=$EPOCHREALTIME
    (cd units && "$rekey" -q certs renew well* --reason audit)
    took=$(seconds_between "$begin" "$EPOCHREALTIME")
    echo "$well alone, round $round: $took s"
    times+=("$took")
done
alone=$(printf '%s\n' "${times[@]}" | sort -n | head -1)

for unit in units/away*; do mv "$unit" "$unit.gone"; done
sync
begin=$EPOCHREALTIME
last=$begin
done_units=0
status=0
while read -r outcome; do
    case $outcome in
        *'"outcome":"renewed"'*)
            last=$EPOCHREALTIME
            done_units=$((done_units + 1))
            ;;
        status=*) status=${outcome#status=} ;;
    esac
done < <("$rekey" certs renew --all --deadline "$deadline" --output jsonl 2>errors || echo "status=$?")
end=$EPOCHREALTIME

[ "$done_units" -eq "$well" ] || { echo "$done_units renewals of $well" >&2; exit 1; }
[ "$status" -eq 4 ] || { echo "exit status $status" >&2; exit 1; }
[ "$(grep -c 'did not answer within' errors)" -eq "$hanging" ] || { cat errors >&2; exit 1; }
echo "$well beside $away away and $hanging hanging: the last of them after $(seconds_between "$begin" "$last") s," \
    "the end after $(seconds_between "$begin" "$end") s (alone $alone s, deadline $deadline)"
