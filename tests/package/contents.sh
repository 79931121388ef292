#!/bin/sh
# Makes the Debian packages of a build, and looks at what is in each, at what it asks for, and at what lintian says.
#
#     contents.sh BUILD CPACK [FOLDER]     leaves them in FOLDER
set -eu

build=$1 cpack=$2
for program in dpkg-shlibdeps dpkg-deb file gzip; do
    if ! command -v "$program" >/dev/null; then
        echo "skipped: $program is not here (Debian: dpkg-dev file gzip)"
        exit 77
    fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=${3:-$work/packages}
mkdir -p "$folder"

step() { printf '\n== %s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

step 'cpack'
"$cpack" --config "$build/CPackConfig.cmake" -B "$work/cpack" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
mv "$work"/cpack/*.deb "$folder"
cd "$folder"
ls ./*.deb
test "$(find . -name '*.deb' | wc -l)" -eq 3

step 'what is in them'
for package in rekey librekey0 librekey-dev; do
    dpkg-deb -c ./$package"_"*.deb | awk '{ print $1, $2, $6 }' >"$work/$package"
    if awk '$2 != "root/root" || $1 ~ /^-....w|^-.......w|^d....w|^d.......w/' "$work/$package" | grep .; then
        fail 'these are not of root, or somebody else may write them'
    fi
    grep -q "/usr/share/doc/$package/copyright\$" "$work/$package" || fail "$package says nothing of its copyright"
    grep -q "/usr/share/doc/$package/changelog.gz\$" "$work/$package" || fail "$package has no changelog"
done
has() {
    grep -Eq " \./usr/$2\$" "$work/$1" || fail "$1 has no /usr/$2"
}
has rekey bin/rekey
for page in "$build"/../../man/*.[1-9] "$(dirname "$0")"/../../man/*.[1-9]; do
    [ -e "$page" ] || continue
    name=${page##*/}
    has rekey "share/man/man${name##*.}/$name.gz"
done
has rekey share/bash-completion/completions/rekey
for unit in rekey-renew.service rekey-renew.timer rekey-confirm.service rekey-confirm.timer; do
    has rekey "lib/systemd/system/$unit"
done
has librekey0 'lib/.*librekey\.so\.0'
has librekey-dev 'lib/.*librekey\.so'
has librekey-dev 'include/rekey/home/home\.hpp'
has librekey-dev 'lib/.*cmake/rekey/rekeyConfig\.cmake'
! grep -q 'include/\|\.so$' "$work/rekey" "$work/librekey0" || fail 'headers are of librekey-dev'

step 'they know no other place than theirs'
dpkg-deb -x ./rekey_*.deb "$work/root"
dpkg-deb -x ./librekey0_*.deb "$work/root"
grep -h ^ExecStart= "$work"/root/usr/lib/systemd/system/*.service
test "$(grep -h ^ExecStart= "$work"/root/usr/lib/systemd/system/*.service | grep -vc 'ExecStart=/usr/bin/rekey ')" -eq 0
if objdump -p "$work/root/usr/bin/rekey" | grep -E 'RPATH|RUNPATH'; then fail 'the program looks for its library elsewhere'; fi
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'librekey.so.0')") "$work/root/usr/bin/rekey" --version

step 'what they ask for'
for package in ./*.deb; do
    dpkg-deb -f "$package" Package Version Depends
    echo
done
dpkg-deb -f ./rekey_*.deb Depends | grep -q 'librekey0 (= '
# As Debian 12 and 13 call them.
for library in libc6 libcurl4 'libfmt[0-9]+' libplist3 libsqlite3-0 'libssl3(t64)?'; do
    dpkg-deb -f ./librekey0_*.deb Depends | grep -qE "$library( |,|\$)" || fail "librekey0 does not ask for $library"
done

step 'lintian'
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error ./*.deb
else
    echo 'not here, so not asked'
fi
