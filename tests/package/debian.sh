# shellcheck shell=sh
# shellcheck disable=SC2154 # of whoever sources it
# Sourced by the tests that enter a bare Debian of their own, of the release that runs here; `work` is their scratch folder, `bare` what is copied.

root=$work/root

step() { printf '\n== %s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# Runs a command in there. /proc is mounted for this command only, so that nothing is left when it is killed.
inside() {
    # shellcheck disable=SC2016 # the inner shell expands
    unshare --mount --pid --fork --kill-child sh -c \
        'root=$1; shift; mount -t proc proc "$root/proc" && exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
            HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"' sh "$root" "$@"
}

apt() { inside apt-get -q -o Dpkg::Use-Pty=0 "$@" >"$work/log" 2>&1 || { tail -30 "$work/log"; exit 1; }; }

# A bare Debian with the packages of `build` in /root, not installed.
make_root() {
    [ "$(id -u)" -eq 0 ] || skip 'only root can enter another Debian'
    [ -n "$bare" ] || command -v debootstrap >/dev/null || skip 'debootstrap is not here, and no bare Debian was named'
    unshare --mount true 2>/dev/null || skip 'mounts of its own are not allowed here'
    "$here/contents.sh" "$build" cpack "$work/packages"

    # shellcheck disable=SC1091 # the system's
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    step "a bare Debian ($release)"
    if [ -n "$bare" ]; then
        cp -a "$bare" "$root"
    else
        debootstrap --variant=minbase "$release" "$root" >"$work/log" 2>&1 || {
            tail "$work/log"
            skip 'debootstrap cannot make one'
        }
    fi
    # No service is started in there, and names are resolved as here.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # shellcheck disable=SC2016 # the inner shell expands
    inside sh -c '. /etc/os-release; echo "$PRETTY_NAME, $(dpkg -l | grep -c ^ii) packages"'
    if inside sh -c 'command -v rekey || ls /usr/lib/*/librekey*' 2>/dev/null; then fail 'it is not bare'; fi
    for package in rekey librekey0 librekey-dev; do
        cp "$work/packages/${package}_"*.deb "$root/root/$package.deb"
    done
    apt update
}
