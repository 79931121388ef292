# shellcheck shell=bash
# Sourced by every topic: . "$TESTDIR/setup.sh"
#
# One topic is one file of commands with the output and exit code that they must have (cram). To
# run one, or to take over what it prints now:
#
#     REKEY_BINARY=$PWD/build/release/cli/rekey cram3 --shell=bash [-i] tests/cli/TOPIC.t
#
#   $T               the folder of this test; shown as $T wherever a path is printed
#   rk ARGUMENT...   runs rekey: stdout as it is, then each line of stderr after `! `
#   freeze TIME      from here on rk and openssl live at this very second; dates are then shown
#   at TIME COMMAND  runs one command later or earlier (+10y, -6mo, +2w, +90d, +1h, +30m, +5s), or
#                    at a date, with a clock that goes on from there
#   on_terminal ARGUMENT...
#                    runs rekey with a terminal as its stdout; control characters are shown as ^X
#   on_columns N ARGUMENT...
#                    runs rekey on a terminal of that width, and nothing else; the exit code comes last
#   load_policy      puts the policy document on its stdin in force, whatever becomes due by it
#   scrub            a filter that makes output the same in every run, as rk does by itself
#
# Certificate numbers become <1>, <2>, … in order of appearance, the same number always the same;
# fingerprints and hashes <sha256>, key identifiers <keyid>, seal keys <key>, what tells CAs apart
# <ca>, times <time>, dates <date>, who did it <actor>.

: "${REKEY_BINARY:?names the program to test}"
T=$(pwd -P)
export T
export HOME="$T/user" REKEY_HOME="$T/home"
export XDG_CONFIG_HOME="$HOME/.config" XDG_DATA_HOME="$HOME/.local/share"
# What Debian installs, before anything else that this user has.
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export LC_ALL=C.UTF-8 TZ=UTC TERM=dumb COLUMNS=120
unset NO_COLOR CLICOLOR_FORCE SUDO_USER XDG_RUNTIME_DIR CREDENTIALS_DIRECTORY REKEY_SSH REKEY_HOME_PASSPHRASE_FILE
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
umask 022
mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME"

# The commands of a test come to the shell on its stdin; rk must not eat them.
rk_script=$(readlink /proc/self/fd/0)

rk_clock=

# Runs a command at the test's time.
timed() {
    if [ -z "$rk_clock" ]; then
        "$@"
        return
    fi
    local library
    library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
    # With a monotonic clock that really goes on, waiting ends; AddressSanitizer need not come first.
    env LD_PRELOAD="$library" FAKETIME="$rk_clock" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 \
        ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" "$@"
}

# Dates are the same in every run only while the clock is frozen.
scrub() {
    local times=
    case $rk_clock in '' | @*) times=yes ;; esac
    SCRUB_TIMES=$times perl "$TESTDIR/scrub.pl" "$CRAMTMP/numbers.$TESTFILE" "$@"
}

rk() {
    local input=/dev/stdin code
    [ "$(readlink /proc/self/fd/0)" = "$rk_script" ] && input=/dev/null
    timed "$REKEY_BINARY" "$@" <"$input" >"$CRAMTMP/stdout" 2>"$CRAMTMP/stderr"
    code=$?
    scrub "$CRAMTMP/stdout" "$CRAMTMP/stderr"
    return $code
}

load_policy() {
    timed "$REKEY_BINARY" policy load - --yes --quiet
}

on_terminal() {
    timed script -qefc "$(printf '%q ' "$REKEY_BINARY" "$@")" /dev/null </dev/null | cat -v | sed 's/\^M$//' | scrub
}

on_columns() {
    timed "$TESTDIR/press.py" "columns:$1" -- "${@:2}" | scrub
}

openssl() {
    case $1 in
        # Debian 13's writes names in another way than Debian 12's, unless it is told in which.
        crl | req | verify | x509) set -- "$1" -nameopt oneline "${@:2}" ;;
    esac
    timed "$(type -P openssl)" "$@"
}

# A length of time as date(1) has it: +10y is +10 years.
in_words() {
    case $1 in
        *mo) echo "${1%mo} months" ;;
        *y) echo "${1%y} years" ;;
        *w) echo "${1%w} weeks" ;;
        *d) echo "${1%d} days" ;;
        *h) echo "${1%h} hours" ;;
        *m) echo "${1%m} minutes" ;;
        *s) echo "${1%s} seconds" ;;
    esac
}

# The clock that begins at a date or a length of time from the test's time.
clock_at() {
    local base
    base=$(date -u '+%F %T')
    [ -z "$rk_clock" ] || base=${rk_clock#@}
    case $1 in
        [+-]*) date -u -d "$base UTC $(in_words "$1")" '+%F %T' ;;
        *) date -u -d "$1" '+%F %T' ;;
    esac
}

freeze() {
    rk_clock=$(clock_at "$1")
}

# A frozen test stays frozen at the other time.
at() {
    local rk_clock=$rk_clock when=$1
    shift
    case $rk_clock in
        '' | @*) rk_clock="@$(clock_at "$when")" ;;
        *) rk_clock=$(clock_at "$when") ;;
    esac
    "$@"
}
