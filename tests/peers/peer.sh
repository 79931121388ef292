# shellcheck shell=bash
# Sourced by tests that need a provider, after T and REKEY_PEERS are set; see provider.mjs.
#
#   start_provider [NAME]      starts one, in $T/NAME (peer); $url is where it is
#   allow CLIENT KEYID KEY     lets a client in, with the key in a PEM file
#   revoke CLIENT              no longer
#   mode [WHERE KIND...]       fails from now on: token, devices or all; none: works
#   new_key FILE               makes a private key
#   ask ARGUMENT...            as rk, with the provider's address shown as $url

start_provider() {
    peer=$T/${1:-peer}
    mkdir -p "$peer"
    rm -f "$peer/url"
    [ -e "$peer/clients.json" ] || echo '[]' >"$peer/clients.json"
    [ -e "$peer/devices.json" ] || echo '["D1","D2","D3"]' >"$peer/devices.json"
    node "${REKEY_PEERS:?names the folder with the installed servers}/provider.mjs" "$peer" >"$peer/log" 2>&1 &
    await_provider
}

# Of the process that was started last.
await_provider() {
    provider=$!
    local tries=0
    until [ -s "$peer/url" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 600 ]; then
            cat "$peer/log"
            return 1
        fi
        sleep 0.1
    done
    url=$(cat "$peer/url")
    # shellcheck disable=SC2034 # for those who source this
    endpoints="--token-url $url/token --audience $url --api-url $url/v1"
}

stop_provider() {
    kill "$provider" 2>/dev/null || true
    wait "$provider" 2>/dev/null || true
}

# Replaced as a whole, as it is read at every request.
clients() {
    python3 - "$peer/clients.json" "$@" <<'END'
import json, os, sys
path, verb, client = sys.argv[1:4]
known = [each for each in json.load(open(path)) if each["client_id"] != client]
if verb == "allow":
    known.append({"client_id": client, "key_id": sys.argv[4], "public_key": open(sys.argv[5]).read()})
with open(path + ".new", "w") as out:
    json.dump(known, out)
os.rename(path + ".new", path)
END
}

allow() {
    "$(type -P openssl)" pkey -in "$3" -pubout -out "$T/public.pem"
    clients allow "$1" "$2" "$T/public.pem"
}

revoke() { clients revoke "$1"; }

mode() { echo "$*" >"$peer/mode"; }

new_key() { "$(type -P openssl)" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

ask() {
    rk "$@" | sed "s|$url|\$url|g"
    return "${PIPESTATUS[0]}"
}

# One that is strict, and answers with whatever is wanted; see strict.mjs.
#
#   start_strict [NAME]                  starts it, in $T/NAME (strict)
#   rule JSON                            changes some of its rules
#   client ID KEYID KEY ORG [SCOPE]      lets a client in

start_strict() {
    peer=$T/${1:-strict}
    mkdir -p "$peer"
    rm -f "$peer/url"
    [ -e "$peer/rules.json" ] || echo '{"clients": {}, "orgs": {}}' >"$peer/rules.json"
    node "${REKEY_PEERS:?names the folder with the installed servers}/strict.mjs" "$peer" >"$peer/log" 2>&1 &
    await_provider
}

# Replaced as a whole, as they are read at every request.
rule() {
    python3 - "$peer/rules.json" "$1" <<'END'
import json, os, sys
path, change = sys.argv[1:]
rules = json.load(open(path))
rules.update(json.loads(change))
with open(path + ".new", "w") as out:
    json.dump(rules, out)
os.rename(path + ".new", path)
END
}

client() {
    "$(type -P openssl)" pkey -in "$3" -pubout -out "$T/public.pem"
    python3 - "$peer/rules.json" "$T/public.pem" "$1" "$2" "$4" "${5:-business.api}" <<'END'
import json, os, sys
path, key, client, kid, org, scope = sys.argv[1:]
rules = json.load(open(path))
rules["clients"][client] = {"kid": kid, "key": open(key).read(), "org": org, "scope": scope}
with open(path + ".new", "w") as out:
    json.dump(rules, out)
os.rename(path + ".new", path)
END
}

# Very many devices; see records.py.
#
#   start_records [NAME]       starts a provider in $T/NAME (records), as start_provider does
#   serves JSON                what it is like from now on

start_records() {
    peer=$T/${1:-records}
    mkdir -p "$peer"
    rm -f "$peer/url"
    [ -e "$peer/config.json" ] || serves '{}'
    python3 "$(dirname "${BASH_SOURCE[0]}")/records.py" "$peer" >"$peer/log" 2>&1 &
    await_provider
}

# Replaced as a whole, as it is read at every request.
serves() {
    echo "$1" >"$peer/config.new"
    mv "$peer/config.new" "$peer/config.json"
}
