#!/bin/sh
# Installs what rekey needs, from Debian 12 or 13; the one place where packages are listed. Does nothing
# when all is there.
#
#     packages.sh build     to build and run it
#     packages.sh test      and to run all tests
set -eu

build='
    cmake
    g++
    libcli11-dev
    libcurl4-openssl-dev
    libfmt-dev
    libplist-dev
    libsqlite3-dev
    libsqlitecpp-dev
    libssl-dev
    libtomlplusplus-dev
    libutf8proc-dev
    ninja-build
    nlohmann-json3-dev
    pkgconf
    rapidjson-dev
'
# The judges of the tests are other programs than ours.
test='
    acl
    chromium
    doctest-dev
    dpkg-dev
    faketime
    file
    fish
    git
    groff
    jq
    lintian
    mandoc
    nginx-light
    openssh-client
    openssh-server
    openssl
    perl
    prometheus
    python3
    python3-cryptography
    python3-cryptography-vectors
    python3-cram
    shellcheck
    sqlite3
    strace
    systemd
    time
    valgrind
    xfsprogs
    zsh
'
# shellcheck disable=SC1091 # the system's
release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# clang-format 14 and clang-tidy 19 decide the form of the sources (tests/lint.sh; clang-tidy 14 does not know
# optionals well, and 16 takes minutes over some sources); fuzz targets take either clang.
case $release in
    bookworm) test="$test clang-14 clang-format-14 clang-tidy-19 libclang-rt-14-dev" ;;
    trixie) test="$test clang-19 libclang-rt-19-dev" ;;
esac
# The OAuth server of the tests runs in Node.js. That of other sources than Debian brings npm along and
# conflicts with Debian's, so the commands are looked for, not the packages.
command -v node >/dev/null || test="$test nodejs"
command -v npm >/dev/null || test="$test npm"

case ${1:-} in
    build) wanted=$build ;;
    test) wanted="$build $test" ;;
    *)
        sed -n 's/^# \{0,1\}//; 2,6p' "$0" >&2
        exit 2
        ;;
esac

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || true
    [ "$status" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
    echo '== packages: all there'
    exit 0
fi

case $release in
    bookworm | trixie) ;;
    *)
        echo "this is neither Debian 12 (bookworm) nor 13 (trixie); install what corresponds to:$missing" >&2
        exit 1
        ;;
esac
as_root=
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "become root, or install sudo, for: apt-get install$missing" >&2
        exit 1
    }
    as_root=sudo
fi
echo "== packages: installing$missing"
export DEBIAN_FRONTEND=noninteractive
quiet='-q -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0'
# shellcheck disable=SC2086 # lists of words
{
    $as_root apt-get $quiet update
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get $quiet install -y --no-install-recommends $missing
}
