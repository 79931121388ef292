#!/bin/sh
# Follows the README in a bare Debian: a clone of what is committed, then its two commands. As root; takes as long as the
# second command does, and loads the packages of the tests.
#
#     bare_debian.sh bookworm|trixie [demo|all] [ROOT]
#
# demo: only the first command. ROOT: a bare Debian that is copied; without one, debootstrap makes it.
set -eu

case ${1:-} in
    bookworm | trixie) ;;
    *)
        sed -n 's/^# \{0,1\}//; 2,7p' "$0" >&2
        exit 2
        ;;
esac
release=$1 what=${2:-all} bare=${3:-}
source=$(cd "$(dirname "$0")/../.." && pwd)

[ "$(id -u)" -eq 0 ] || {
    echo 'only root can enter another Debian' >&2
    exit 2
}
work=$(mktemp -d /var/tmp/rekey-bare.XXXXXX)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

if [ -n "$bare" ]; then
    cp -a "$bare" "$root"
else
    debootstrap --variant=minbase "$release" "$root" >"$work/log" 2>&1 || {
        tail "$work/log" >&2
        exit 1
    }
fi
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root/etc/resolv.conf"
git clone -q --no-local "$source" "$root/root/rekey"

# The mounts are of this command only, so that nothing is left when it is killed.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --pid --fork --kill-child sh -c \
        'root=$1; shift; mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" && mount -t sysfs sys "$root/sys" &&
            exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "$@"' sh "$root" "$@"
}

# shellcheck disable=SC2016 # the inner shell expands
inside sh -c '. /etc/os-release; echo "$PRETTY_NAME, $(dpkg -l | grep -c ^ii) packages"'
inside sh -c 'cd /root/rekey && sh tests/run.sh demo'
[ "$what" = demo ] || inside sh -c 'cd /root/rekey && sh tests/run.sh all'
echo "the README's commands work in a bare $release"
