#!/bin/bash
# Are the calls that faults are injected at those that the program makes? The judge is strace.
#
#     counted.sh REKEY FAULT_AT
set -eu

rekey=$1
fault_at=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CONFIG_HOME=$work/config ASAN_OPTIONS=detect_leaks=0
calls=open,openat,openat2,creat,write,writev,pwrite64,fsync,fdatasync,syncfs,ftruncate,fallocate,rename,renameat,renameat2
calls=$calls,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat,chown,fchown,flock
calls=$calls,fcntl,socket,connect,sendto,sendmsg,sendmmsg,recvfrom,recvmsg,pipe2,clone,clone3,fork,vfork,execve
calls=$calls,getrandom,exit_group

strace -f -qq -o "$work/trace" -e signal=none -e trace="$calls,rt_sigaction" "$rekey" --home "$work/one" -q init
"$fault_at" "$work/log" list "$rekey" --home "$work/two" -q init
awk '/rt_sigaction\(SIGPIPE/ { begun = 1; next } begun' "$work/trace" | sed 's/^[0-9]* *//' |
    grep -Ev '^(rt_sigaction|<\.\.\.|\+\+\+)|^fcntl\([^)]*F_(GET|SETF|DUP)' | sed 's/(.*//' >"$work/strace"
awk '/^[0-9]/ { print $3 }' "$work/log" >"$work/counted"
cmp "$work/strace" "$work/counted"
[ "$(wc -l <"$work/counted")" -gt 100 ] || {
    echo "only $(wc -l <"$work/counted") calls were counted" >&2
    exit 1
}

# The fault is there: the program is told of it, and the call is not made.
place=$(awk '$3 == "mkdirat" { print $1; exit }' "$work/log")
code=0
"$fault_at" "$work/log" "ENOSPC:$place" "$rekey" --home "$work/three" init 2>"$work/stderr" || code=$?
if [ "$code" != 1 ] || ! grep -q 'No space left on device' "$work/stderr" || [ -e "$work/three/runs" ]; then
    echo "no fault was seen at call $place: exit $code, $(cat "$work/stderr")" >&2
    exit 1
fi
echo "$(wc -l <"$work/counted") calls, the same as strace shows"
