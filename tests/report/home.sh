# shellcheck shell=bash disable=SC2154 # rekey and work are set by those who source this
# Makes a home with a bit of everything that a report shows, in $work, at the same dates in every run; and names,
# wherever names are free, that would break a page that trusts them.
#
#   make_home         needs $rekey and $work; sets $REKEY_HOME and $XDG_CONFIG_HOME
#   on DATE COMMAND   runs a command at noon of that day

evil="<script>alert('1')</script>\"&</style>"

on() {
    local library
    library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
    env LD_PRELOAD="$library" FAKETIME="$1 12:00:00" FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 TZ=UTC \
        ASAN_OPTIONS="verify_asan_link_order=0:${ASAN_OPTIONS:-}" "${@:2}"
}

unit() {
    local name=$1 day=$2 type types=()
    shift 2
    for type in "$@"; do types+=(--type "$type"); done
    mkdir -p "$work/units/$name"
    on "$day" "$rekey" -q units add "$name" "dir:$work/units/$name" "${types[@]}" --label "site=<b>$name"
    on "$day" "$rekey" -q certs generate "$name"
}

clients=0
credential() {
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key.pem" 2>/dev/null
    on "$1" "$rekey" -q credential "$2" "$3" --client-id "BUSINESSAPI.$((clients += 1))" --key-id k --key "$work/key.pem" \
        --offline "${@:4}"
}

make_home() {
    export REKEY_HOME="$work/it's <i>$evil שלום 😀" XDG_CONFIG_HOME="$work/config" LC_ALL=C.UTF-8 COLUMNS=120
    mkdir -p "$REKEY_HOME"
    on 2026-01-05 "$rekey" -q init --organization 'Søren & Søns <b>"שלום" 😀'
    on 2026-01-05 "$rekey" -q policy load - --yes <<'TOML'
[type.iam]
validity = "1y"
[type.sm]
validity = "60d"
[type.cm]
validity = "2y"
key = "ec-p384"
TOML
    on 2026-01-05 "$rekey" -q issuers create second
    unit pump-1 2026-01-08 online iam sm
    unit pump-2 2026-02-11 online iam
    credential 2026-03-03 add acme
    credential 2026-04-04 add "$evil" --tenant globex
    credential 2026-04-05 add "שלום 😀" --tenant initech --scope other --token-url http://127.0.0.1:9/token \
        --audience a --api-url http://127.0.0.1:9/v1
    unit turbine-north-with-a-rather-long-name-that-does-not-fit-1 2026-05-20 main/iam main/cm main/online node-2/iam
    # Found elsewhere: a key that no policy allows, and a subject that is no name.
    on 2025-11-01 openssl req -x509 -newkey rsa:1024 -nodes -keyout "$work/old.key" -out "$work/old.pem" -days 365 -sha1 \
        -subj "/O=$evil/CN=<img src=x onerror=alert(2)>" 2>/dev/null
    mkdir -p "$work/units/web"
    on 2026-06-01 "$rekey" -q units add web "dir:$work/units/web"
    on 2026-06-01 "$rekey" -q units adopt web online --cert "$work/old.pem" --key "$work/old.key" --accept-names
    on 2026-07-14 "$rekey" -q certs renew pump-1/iam pump-2/iam --reason compromise --yes --comment "$evil" >/dev/null
    on 2026-09-09 "$rekey" -q certs renew pump-2 --reason audit >/dev/null 2>&1 || true
    unit gate-7 2026-10-28 sm iam online
    unit gate-8 2026-11-02 sm online
    mv "$work/units/gate-8" "$work/units/away"
    on 2026-11-10 "$rekey" -q certs renew pump-1 gate-7 gate-8 turbine-north-with-a-rather-long-name-that-does-not-fit-1 \
        --reason migration --issuer second >/dev/null 2>&1 || true
    on 2026-11-19 "$rekey" -q credential verify "שלום 😀" --patience 1s >/dev/null 2>&1 || true
    credential 2026-11-20 rotate acme
}
