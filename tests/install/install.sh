#!/bin/sh
# Installs a build into a new folder, moves it, and uses from there what was installed: the program,
# and the library in a program of its own.
#
#     install.sh BUILD CMAKE COMPILER FLAGS
set -eu

build=$1 cmake=$2 compiler=$3 flags=$4
source=$(cd "$(dirname "$0")" && pwd)/program
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

step "the program"
export REKEY_HOME="$work/home" XDG_CONFIG_HOME="$work/config"
mkdir "$work/unit"
"$prefix/bin/rekey" --version
"$prefix/bin/rekey" init
"$prefix/bin/rekey" units add unit-1 "dir:$work/unit" --type online --type cm
"$prefix/bin/rekey" certs generate unit-1
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key.pem"
"$prefix/bin/rekey" credential add acme --client-id BUSINESSAPI.1 --key-id key-1 --key "$work/key.pem" --offline

step "a program that uses the library"
"$cmake" -S "$source" -B "$work/build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE=Release >"$work/log" || { cat "$work/log"; exit 1; }
"$cmake" --build "$work/build" >"$work/log" || { cat "$work/log"; exit 1; }
"$work/build/program" "$REKEY_HOME" | tee "$work/listed"

step "it lists what the program lists"
"$prefix/bin/rekey" certs list --json >"$work/list.json"
test "$(wc -l <"$work/listed")" -eq 3
test "$(tail -n 1 "$work/listed")" = BUSINESSAPI.1
sed 2q "$work/listed" | while read -r slot number; do
    echo "$slot" | grep -qx 'unit-1/\(online\|cm\)'
    grep -q "\"$number\"" "$work/list.json"
done

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
