#!/bin/bash
# What a report of a large fleet costs: its making, its size, and how long a browser takes to open it, beside the same
# of a home with two certificates. Prints medians; says nothing about what they should be.
#
#     report.sh REKEY [CERTIFICATES [ROUNDS]]     100000 and 5 unless told
#
# Works below $REKEY_TEST_FOLDER, else /var/tmp.
set -eu

rekey=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
here=$(cd "$(dirname "$0")" && pwd)
certificates=${2:-100000}
rounds=${3:-5}
work=$(mktemp -d "${REKEY_TEST_FOLDER:-/var/tmp}/rekey-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work XDG_CONFIG_HOME=$work/config LC_ALL=C

mkdir unit
"$rekey" -q --home small init
"$rekey" -q --home small units add unit-1 "dir:$work/unit" --type online --type iam
"$rekey" -q --home small certs generate unit-1
cp -r small large
python3 "$here/large_home.py" large "$certificates"

median() { sort -g "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] " (" all[1] " to " all[NR] ")" }'; }

for home in small large; do
    for form in html json csv; do
        rm -f times
        for ((i = 0; i < rounds; i++)); do
            /usr/bin/time -a -o times -f '%e %U %M' "$rekey" --home "$home" report --output "$form" --out "$home.$form"
        done
        cut -d ' ' -f 1 times >elapsed
        cut -d ' ' -f 2 times >processor
        echo "$home $form: $(median elapsed) s, $(median processor) s of processor time," \
            "$(cut -d ' ' -f 3 times | sort -g | tail -1) KiB of memory, $(wc -c <"$home.$form") bytes"
    done
    if chromium=$(command -v chromium); then
        node "$here/open_page.mjs" "$chromium" "$home.html" "$rounds" >opened
        echo "$home page: loaded after $(median opened) ms"
    fi
done
