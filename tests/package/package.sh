#!/bin/sh
# Installs the Debian packages of a build on a bare Debian, uses them there over a home of the first version, and
# removes them. As root; the Debian is made anew by debootstrap, or copied from ROOT, which is not changed.
#
#     package.sh BUILD [ROOT]
set -eu

case $# in
    1 | 2) ;;
    *)
        sed -n 's/^# \{0,1\}//; 2,5p' "$0" >&2
        exit 2
        ;;
esac
build=$(cd "$1" && pwd) bare=${2:-}
here=$(cd "$(dirname "$0")" && pwd)

work=$(mktemp -d /var/tmp/rekey-package.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"
as_rekey() { inside runuser -u rekey -- env HOME=/var/lib/rekey "$@"; }

command -v sqlite3 >/dev/null || skip 'sqlite3, which makes the old home, is not here'
make_root

step 'install'
apt install -y --no-install-recommends /root/rekey.deb /root/librekey0.deb
inside dpkg -l rekey librekey0 | tail -2
inside rekey --version
inside ldd /usr/bin/rekey | grep librekey
inside stat -c '%U:%G %a %n' /var/lib/rekey
inside sh -c 'ls /usr/share/bash-completion/completions/rekey /usr/share/man/man1/rekey.1.gz'

step 'a home of the first version is upgraded, after a backup'
home=/var/lib/rekey/.local/share/rekey
mkdir -p "$root$home"
sqlite3 "$root$home/rekey.db" <"$here/first_home.sql"
cp "$here/first_home.seal" "$root$home/seal.key"
chmod 700 "$root$home"
chmod 600 "$root$home"/*
chown -R --reference="$root/var/lib/rekey" "$root/var/lib/rekey/.local"
mkdir "$root/srv/pump-2"
chown --reference="$root/var/lib/rekey" "$root/srv/pump-2"

as_rekey rekey units add pump-2 dir:/srv/pump-2 --type online
inside sh -c "ls -l $home" | awk 'NR > 1 { print $1, $3, $NF }'
test "$(sqlite3 "$root$home/rekey.db.bak-1" 'PRAGMA user_version')" -eq 1
test "$(sqlite3 "$root$home/rekey.db" 'PRAGMA user_version')" -gt 1
as_rekey rekey certs list --output csv | tr -d '\r' >"$work/list"
# What the first version had recorded is there, and its CA still signs.
sed -n "s/^INSERT INTO certificates VALUES(.*'\([0-9A-F]\{40\}\)'.*'active'.*/\1/p" "$here/first_home.sql" >"$work/numbers"
test -s "$work/numbers"
while read -r number; do
    grep "$number" "$work/list" || fail "certificate $number is not there any more"
done <"$work/numbers"
as_rekey rekey certs generate pump-2
as_rekey rekey certs renew pump-2/online --reason audit
as_rekey rekey audit verify | grep -E '^sound +true'
as_rekey rekey doctor || test "$?" -eq 6

step 'what the timers run, as they run it'
for service in renew confirm; do
    line=$(sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/system/rekey-$service.service")
    echo "$line"
    # shellcheck disable=SC2086 # a command line
    as_rekey $line || test "$?" -eq 4
done

step 'a program of its own, with librekey-dev'
apt install -y --no-install-recommends /root/librekey-dev.deb g++ cmake make
cp -r "$here/../install/programs" "$root/root/programs"
inside sh -c 'cmake -S /root/programs -B /root/built && cmake --build /root/built' >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
inside ldd /root/built/home_home | grep librekey

step 'upgrade: the same again, and one that is newer'
all_of_home() { (cd "$root$home" && find . -type f -exec sha256sum {} + | sort -k 2); }
all_of_home >"$work/before"
apt install -y --reinstall /root/rekey.deb /root/librekey0.deb
dpkg-deb -R "$root/root/librekey0.deb" "$work/newer-library"
dpkg-deb -R "$root/root/librekey-dev.deb" "$work/newer-dev"
dpkg-deb -R "$root/root/rekey.deb" "$work/newer-program"
for folder in library dev program; do
    sed -i '/^Version:\|^Depends:/s/0\.1\.0/0.1.0+1/g' "$work/newer-$folder/DEBIAN/control"
    dpkg-deb --root-owner-group -b "$work/newer-$folder" "$root/root/newer-$folder.deb" >/dev/null
done
apt install -y /root/newer-library.deb /root/newer-dev.deb /root/newer-program.deb
inside dpkg -l rekey librekey0 librekey-dev | tail -3 | awk '{ print $1, $2, $3 }'
all_of_home | diff "$work/before" -
as_rekey rekey certs list

step 'remove and purge: nothing is left but the home'
all_of_home >"$work/before"
apt purge -y rekey librekey0 librekey-dev
if inside sh -c 'command -v rekey || ls -d /usr/lib/*/librekey* /usr/include/rekey /usr/share/doc/*rekey* \
    /usr/lib/systemd/system/rekey* /etc/systemd/system/*/rekey* /var/lib/dpkg/info/*rekey*' 2>/dev/null; then
    fail 'this was left'
fi
all_of_home | diff "$work/before" -
echo 'the home is as it was'

step 'installed again, it goes on'
apt install -y --no-install-recommends /root/rekey.deb /root/librekey0.deb
as_rekey rekey certs list
