# shellcheck shell=bash
# Sourced after setup.sh by what needs units behind ssh: a real sshd on a free port of this machine, in the
# folder $T/sshd, with keys made for the occasion; $REKEY_SSH is the real ssh with a configuration of its own.
#
#   start_sshd, end_sshd        it also ends with the shell
#   stop_sshd, continue_sshd    it stands still; it goes on
#
# Hosts of that configuration:
#
#   far       rekey is there, with the configuration in $T/far/rekey
#   slow      the same behind a link of 150 ms and 16 kB a second
#   forced    its key is for `rekey agent --stdio --root $T/roots --reload true` alone
#   stranger  has a host key that nobody knows      changed  has another one than the known one
#   login     refuses the login                     closed   is a port on which nobody listens
#   norekey   has no rekey   old  has one that knows no agent   newer  speaks another version   noisy  greets
#
# $T/arguments gets a line for each start of ssh: its arguments.

sshd_folder=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
sshd_program=$(PATH=$PATH:/usr/sbin:/usr/local/sbin type -P sshd)

start_sshd() {
    local name sshd="$T/sshd"
    mkdir -p "$sshd" "$T/far/rekey"
    chmod 700 "$sshd"
    # As root, it wants its folder for separated processes.
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    for name in host other far forced norekey old newer noisy login; do
        ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$sshd/$name"
    done
    : >"$T/far/rekey/config.toml"
    far_side far <<END
PATH=$(dirname "$REKEY_BINARY"):\$PATH XDG_CONFIG_HOME=$T/far exec sh -c "\$SSH_ORIGINAL_COMMAND"
END
    far_side forced <<END
exec $REKEY_BINARY agent --stdio --root $T/roots --reload true
END
    far_side norekey <<'END'
PATH=/nowhere exec /bin/sh -c "$SSH_ORIGINAL_COMMAND"
END
    # One from before there were agents.
    far_side old <<'END'
echo "rekey: there is no command 'rekey agent'" >&2; exit 2
END
    far_side newer <<'END'
read -r line; echo '{"id":1,"error":{"class":"version","message":"x","versions":[7]}}'; read -r line
END
    far_side noisy <<END
echo 'Have a nice day'; exec $REKEY_BINARY agent --stdio
END
    run_sshd
    write_ssh_configuration
    {
        echo '#!/bin/sh'
        echo "echo \"\$*\" >>'$T/arguments'"
        echo "exec ssh -F '$sshd/client' \"\$@\""
    } >"$sshd/ssh"
    chmod +x "$sshd/ssh"
    export REKEY_SSH="$sshd/ssh"
}

# What runs where the key of a host logs in: the script on standard input.
far_side() {
    { echo '#!/bin/sh'; cat; } >"$T/sshd/$1.sh"
    chmod +x "$T/sshd/$1.sh"
    echo "command=\"$T/sshd/$1.sh\",restrict $(cat "$T/sshd/$1.pub")" >>"$T/sshd/authorized_keys"
}

# A free port is one that it can take. What this user's shell does at each login is not the test's.
run_sshd() {
    local sshd="$T/sshd" tries=0 _
    mkdir -p "$sshd/home"
    while [ $((tries += 1)) -le 50 ]; do
        sshd_port=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
        cat >"$sshd/server" <<END
Port $sshd_port
ListenAddress 127.0.0.1
HostKey $sshd/host
PidFile $sshd/pid
AuthorizedKeysFile $sshd/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 1000
MaxSessions 1000
LogLevel ERROR
SetEnv HOME=$sshd/home
END
        "$sshd_program" -f "$sshd/server" -E "$sshd/log" || continue
        # It says that it listens by its file.
        for _ in $(seq 500); do
            [ ! -s "$sshd/pid" ] || break 2
            sleep 0.02
        done
    done
    trap end_sshd EXIT
}

end_sshd() {
    [ ! -s "$T/sshd/pid" ] || kill -KILL "$(cat "$T/sshd/pid")" 2>/dev/null
    rm -f "$T/sshd/pid"
}
stop_sshd() { kill -STOP "$(cat "$T/sshd/pid")"; }
continue_sshd() { kill -CONT "$(cat "$T/sshd/pid")"; }

write_ssh_configuration() {
    local name sshd="$T/sshd"
    echo "[127.0.0.1]:$sshd_port $(cut -d' ' -f1-2 "$sshd/host.pub")" >"$sshd/known"
    echo "[127.0.0.1]:$sshd_port $(cut -d' ' -f1-2 "$sshd/other.pub")" >"$sshd/known.changed"
    : >"$sshd/known.stranger"
    {
        for name in far forced norekey old newer noisy login; do echo "Host $name"; echo "    IdentityFile $sshd/$name"; done
        for name in changed stranger; do
            echo "Host $name"
            echo "    UserKnownHostsFile $sshd/known.$name"
        done
        echo 'Host slow'
        echo "    IdentityFile $sshd/far"
        echo "    ProxyCommand python3 '$sshd_folder/slow_link.py' %h %p"
        echo 'Host closed'
        echo '    Port 1'
        echo 'Host nobody-knows'
        echo '    HostName nobody-knows.invalid'
        echo 'Host *'
        echo '    HostName 127.0.0.1'
        echo "    Port $sshd_port"
        echo "    UserKnownHostsFile $sshd/known"
        echo "    GlobalKnownHostsFile /dev/null"
        echo '    IdentitiesOnly yes'
        echo '    LogLevel INFO'
    } >"$sshd/client"
}
