#!/bin/sh
# Installs a build into a new folder, moves it, and uses from there what was installed: the library in an example for each
# chapter (programs/), and the program.
#
#     install.sh BUILD CMAKE COMPILER FLAGS
set -eu

build=$1 cmake=$2 compiler=$3 flags=$4
source=$(cd "$(dirname "$0")" && pwd)/programs
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step() { printf '\n== %s\n' "$*"; }

step "install, then move"
"$cmake" --install "$build" --prefix "$work/first" >"$work/log" || { cat "$work/log"; exit 1; }
mv "$work/first" "$work/moved"
prefix=$work/moved
(cd "$prefix" && find . -type f -o -type l) | sort

step "no header needs what is not installed, or a header that must come before it"
headers=$(cd "$prefix/include" && find rekey -name '*.hpp' | sort)
for order in sort 'sort -r'; do
    echo "$headers" | $order | sed 's/.*/#include <&>/' >"$work/headers.cpp"
    # shellcheck disable=SC2086 # several flags
    "$compiler" $flags -std=c++20 -I"$prefix/include" -fsyntax-only "$work/headers.cpp"
done

step "an example for each chapter, built against what is installed"
"$cmake" -S "$source" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE=None >"$work/log" || { cat "$work/log"; exit 1; }
"$cmake" --build "$work/build" >"$work/log" || { cat "$work/log"; exit 1; }
(cd "$source" && find ./*/ -name '*.cpp' | sed 's,^\./,,; s,\.cpp$,,' | sort) >"$work/examples"
echo "$headers" | sed 's,^rekey/,,; s,\.hpp$,,' | sort | diff - "$work/examples"

step "they print what they should, one after the other on one home"
export REKEY_HOME="$work/home" XDG_CONFIG_HOME="$work/config"
mkdir "$work/unit" "$work/lists"
for key in key other; do
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$key.pem"
done
cat >"$work/devices.csv" <<'END'
serialNumber,deviceModel,productFamily,status
C02AAA,MacBook Air,Mac,ASSIGNED
C02BBB,iPad,iPad,UNASSIGNED
END
cat >"$work/coverage.csv" <<'END'
deviceId,id,status,description,startDateTime,endDateTime
C02AAA,1,ACTIVE,Limited Warranty,2020-01-01T00:00:00Z,2099-01-01T00:00:00Z
END
example() {
    chapter=$1
    shift
    echo "== $chapter"
    "$work/build/$(echo "$chapter" | tr / _)" "$@"
}
{
    example base/base
    example policy/policy
    example payload/payload "$work/key.pem"
    example home/home "$REKEY_HOME"
    example issuers/issuers "$REKEY_HOME" "$work/lists"
    example units/units "$REKEY_HOME" "$work/unit"
    example renewal/renewal "$REKEY_HOME"
    example store/fleet "$REKEY_HOME"
    example renewal/overview "$REKEY_HOME"
    example tenants/credentials "$REKEY_HOME" "$work/key.pem" "$work/other.pem"
    example store/tenants "$REKEY_HOME"
    example tenants/records "$REKEY_HOME" "$work/devices.csv" "$work/coverage.csv"
    example store/records "$REKEY_HOME"
    example maintenance/maintenance "$REKEY_HOME" "$work/backup" "$work/restored"
    example report/report "$REKEY_HOME" "$work/page.html"
    example store/store "$REKEY_HOME"
} >"$work/printed"
sed -E 's/^(librekey) [0-9.]+$/\1 VERSION/; s/ [0-9A-F]{40}$/ NUMBER/' "$work/printed" | diff "$source/expected.txt" -
grep -q '^<!DOCTYPE html>' "$work/page.html"
openssl crl -in "$work/lists/local.crl" -inform DER -noout

step "the program sees the same"
test "$("$prefix/bin/rekey" --version)" = "rekey $(sed -n 's/^librekey //p' "$work/printed")"
"$prefix/bin/rekey" certs list --json >"$work/list.json"
sed -nE 's/^unit-1.* ([0-9A-F]{40})$/\1/p' "$work/printed" >"$work/numbers"
test "$(wc -l <"$work/numbers")" -eq 2
while read -r number; do
    grep -q "\"$number\"" "$work/list.json"
done <"$work/numbers"
"$prefix/bin/rekey" certs renew unit-1/online

step "a helper that is installed beside it"
mkdir -p "$prefix/libexec/rekey"
cat >"$prefix/libexec/rekey/rekey-unit-installed" <<'END'
#!/bin/sh
read -r line
echo '{"id":1,"error":{"class":"refused","message":"I am here"}}'
END
chmod +x "$prefix/libexec/rekey/rekey-unit-installed"
"$prefix/bin/rekey" units conformance installed:x 2>&1 | grep 'rekey-unit-installed: I am here'

step "manual pages, completion and what systemd reads"
for file in share/man/man1/rekey.1 share/man/man1/rekey-certs.1 share/man/man1/rekey-tenants.1 \
    share/man/man5/rekey.toml.5 share/man/man5/rekey-policy.5 share/man/man5/rekey-payload.5 share/man/man7/rekey-comparison.7 \
    share/man/man7/rekey-recovery.7 share/man/man7/rekey-security.7 share/man/man7/rekey-tour.7 \
    share/man/man7/rekey-unattended.7 share/man/man7/rekey-unit-protocol.7 \
    share/bash-completion/completions/rekey share/zsh/site-functions/_rekey share/fish/vendor_completions.d/rekey.fish \
    lib/systemd/system/rekey-renew.service lib/systemd/system/rekey-renew.timer \
    lib/systemd/system/rekey-confirm.service lib/systemd/system/rekey-confirm.timer lib/sysusers.d/rekey.conf \
    lib/tmpfiles.d/rekey.conf; do
    test -s "$prefix/$file"
done
grep -q "^ExecStart=$work/first/bin/rekey " "$prefix/lib/systemd/system/rekey-renew.service"
