#!/bin/bash
# Installs the Debian packages of a build on a bare Debian whose systemd then runs, in namespaces and a cgroup of its
# own, and has it run the services as it will in earnest: sandbox, credential, exit status, timers. As root.
#
#     booted.sh BUILD [ROOT]
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
first='' running='' cgroup=''
finish() {
    # The first process in there takes all others with it; whoever waits for that one ends when they are gone.
    [ -z "$first" ] || { kill -KILL "${running:-$first}" && wait "$first"; } 2>/dev/null || true
    [ -z "$cgroup" ] || find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap finish EXIT
# shellcheck source=SCRIPTDIR/debian.sh
. "$here/debian.sh"

hierarchy=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$hierarchy" ] || skip 'there is no cgroup2 to give it a part of'
cgroup=$hierarchy/rekey-package.$$
mkdir "$cgroup" 2>/dev/null || { cgroup=''; skip 'no cgroup can be made here'; }
make_root
apt install -y --no-install-recommends mount systemd /root/rekey.deb /root/librekey0.deb

step 'systemd'
# shellcheck disable=SC2016 # the inner shell expands
bash -c '
    echo $$ >"$2/cgroup.procs"
    exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup bash -euc "$3" bash "$1"
' bash "$root" "$cgroup" '
    cd "$1"
    mount --bind . .
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    for node in "null 1 3" "zero 1 5" "full 1 7" "random 1 8" "urandom 1 9" "tty 5 0"; do
        read -r name major minor <<<"$node"
        mknod -m 666 "dev/$name" c "$major" "$minor"
    done
    mkdir dev/shm dev/pts
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    mkdir -p old
    pivot_root . old
    umount -l /old
    # As on a machine of its own: credentials of services are mounted elsewhere and moved.
    mount --make-rshared /
    exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=multi-user.target
' </dev/null >"$work/console" 2>&1 &
first=$!
for _ in $(seq 300); do
    running=$(pgrep -P "$first") && [ -S "/proc/$running/root/run/systemd/private" ] && break
    kill -0 "$first" 2>/dev/null || { cat "$work/console"; skip 'systemd does not run here'; }
    sleep 0.2
done
there() {
    nsenter -t "$running" -m -p -u -i -C -r -w env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"
}
there systemctl is-system-running --wait || true
there systemctl --version | head -1
as_rekey() { there runuser -u rekey -- env HOME=/var/lib/rekey "$@"; }

# systemd forgets how a service ended to which nothing refers.
there sh -c 'printf "[Unit]\nAfter=rekey-renew.service rekey-confirm.service\n[Service]\nType=oneshot\nRemainAfterExit=yes
ExecStart=/bin/true\n" >/run/systemd/system/referring.service'
there systemctl daemon-reload
there systemctl start referring.service

# Starts a service, and prints how it ended and what it said this time.
run() {
    there systemctl start "rekey-$1.service" 2>"$work/start" || true
    there systemctl show -p Result -p ExecMainStatus "rekey-$1.service"
    there journalctl --sync
    there journalctl -u "rekey-$1" --no-pager -o cat _SYSTEMD_INVOCATION_ID="$(there systemctl show --value -p InvocationID "rekey-$1")"
}
expect() {
    local result=$1 status=$2
    shift 2
    run "$@" | tee "$work/said"
    if ! grep -qx "Result=$result" "$work/said" || ! grep -qx "ExecMainStatus=$status" "$work/said"; then
        cat "$work/start"
        fail "it ended otherwise"
    fi
}

step 'no home yet: it says so'
expect exit-code 1 renew
grep -q 'rekey init' "$work/said"

step 'nothing to do: silent'
as_rekey rekey -q init
there mkdir -p /srv/units/a /srv/units/b
there chown -R rekey: /srv/units
for unit in a b; do
    as_rekey rekey -q units add $unit dir:/srv/units/$unit --type online
    as_rekey rekey -q certs generate $unit >/dev/null
done
expect success 0 renew
test "$(wc -l <"$work/said")" -eq 2
expect success 0 confirm
test "$(wc -l <"$work/said")" -eq 2

step 'a unit on the same machine is out of reach, until it is said which'
as_rekey rekey -q issuers create second
as_rekey rekey -q issuers default second
expect exit-code 1 renew
grep -q 'Read-only file system' "$work/said"
there mkdir -p /etc/systemd/system/rekey-renew.service.d
there sh -c 'printf "[Service]\nReadWritePaths=/srv/units\n" >/etc/systemd/system/rekey-renew.service.d/override.conf'
there systemctl daemon-reload
expect success 0 renew
test "$(wc -l <"$work/said")" -eq 2
test "$(as_rekey rekey certs list --output csv | grep -c ',policy,')" -eq 2

step 'the passphrase is passed, and what waits for a unit is no failure'
there sh -c 'umask 077; mkdir -p /etc/credstore; echo correct horse battery >/etc/credstore/rekey-home-passphrase
    install -o rekey -m 600 /etc/credstore/rekey-home-passphrase /var/lib/rekey/once'
as_rekey rekey -q seal change --passphrase --new-passphrase-file /var/lib/rekey/once
as_rekey rekey -q issuers default local --home-passphrase-file /var/lib/rekey/once
there rm /var/lib/rekey/once
there mv /srv/units/a /srv/units/away
expect success 4 renew
grep -q '1 renewed, 1 deferred' "$work/said"

step 'without it, nothing can be signed'
there mv /etc/credstore/rekey-home-passphrase /root/kept
there mv /srv/units/away /srv/units/a
as_rekey rekey -q units check a
expect exit-code 2 renew
grep -q 'holds no passphrase' "$work/said"
there mv /root/kept /etc/credstore/rekey-home-passphrase
expect success 0 renew

step 'timers'
there systemctl enable --now rekey-renew.timer rekey-confirm.timer
there systemctl list-timers --no-pager | grep -c 'rekey-.*\.timer'
there systemctl is-active rekey-renew.timer rekey-confirm.timer

step 'an upgrade leaves them running, a removal does not'
rm "$root/usr/sbin/policy-rc.d"
there env DEBIAN_FRONTEND=noninteractive dpkg -i /root/librekey0.deb /root/rekey.deb >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
there systemctl is-active rekey-renew.timer rekey-confirm.timer
there dpkg --purge rekey >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
if there systemctl is-active rekey-renew.timer; then fail 'the timer is still there'; fi
there ls /var/lib/rekey/.local/share/rekey
if there sh -c 'ls /etc/systemd/system/timers.target.wants/rekey*' 2>/dev/null; then fail 'it is still enabled'; fi
