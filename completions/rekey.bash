# bash completion for rekey
# Written by `cmake --build BUILD --target generate`, from the commands in cli/.

# What may follow a command: its verbs, or its options, `=` and a kind after those with a value, and the
# kinds of its arguments, `...` after one that repeats.
_rekey_known() {
    verbs=() options=() arguments=()
    case $1 in
        '') verbs=(init status doctor backup restore metrics report agent help units certs issuers policy credential tenants seal runs audit notify) ;;
        units) verbs=(add adopt list show set rename export check conformance remove) ;;
        certs) verbs=(list show generate renew revoke verify check timeline history export) ;;
        issuers) verbs=(list renew show export crl create add default set remove) ;;
        policy) verbs=(show edit load history diff check explain) ;;
        credential) verbs=(add list show history verify check rotate confirm rollback abort remove import pending pack) ;;
        tenants) verbs=(list show set sync import devices coverage export import-archive merge remove) ;;
        seal) verbs=(show change) ;;
        runs) verbs=(list show abandon) ;;
        audit) verbs=(list verify export) ;;
        notify) verbs=(test) ;;
        'init')
            options=(--organization=text --passphrase --key=text)
            ;;
        'status')
            ;;
        'doctor')
            options=(--accept-clock --repair --all-units --unretire --yes)
            ;;
        'backup')
            options=(--out=file --passphrase-file=file --retire --comment=text --yes)
            ;;
        'restore')
            options=(--passphrase-file=file --yes)
            arguments=(file)
            ;;
        'metrics')
            options=(--all --label=labels --expiring=text --from=file --out=file)
            arguments=(units...)
            ;;
        'report')
            options=(--all --label=labels --expiring=text --from=file --by=label-keys --since=text --output='choice:html json csv' --out=file)
            arguments=(units...)
            ;;
        'agent')
            options=(--stdio --root=folder --reload=text)
            ;;
        'help')
            arguments=(command...)
            ;;
        'units add')
            options=(--type=types --node=text --label=labels --reload=text --probe=text --csv=file -n --dry-run)
            arguments=(text address)
            ;;
        'units adopt')
            options=(--node=text --cert=file --key=file --accept-names --keep-mode --undo)
            arguments=(units types)
            ;;
        'units list')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file)
            arguments=(units...)
            ;;
        'units show')
            arguments=(units)
            ;;
        'units set')
            options=(--all --label-is=labels --type-is=types --issuer-is=issuers --expiring=text --limit=text --from=file --address=address --reload=text --probe=text --label=labels --type=types --node=text --keep-mode=text --san=text --subject=text --key=text --usages=text --issuer=issuers)
            arguments=(units-slots...)
            ;;
        'units rename')
            arguments=(units text)
            ;;
        'units export')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file)
            arguments=(units...)
            ;;
        'units check')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file --adopt)
            arguments=(units...)
            ;;
        'units conformance')
            options=(--slot=text --key=text)
            arguments=(text)
            ;;
        'units remove')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file --force --yes)
            arguments=(units-slots...)
            ;;
        'certs list')
            options=(--all --label=labels --type=types --issuer=issuers --state='choice:pending active superseded revoked rejected foreign found expired' --expiring=text --limit=text --from=file --due=text --history --live)
            arguments=(units-slots...)
            ;;
        'certs show')
            arguments=(slots)
            ;;
        'certs generate')
            options=(--node=text --all --label=labels --type=types --limit=text --from=file --comment=text --issuer=issuers -n --dry-run)
            arguments=(units types...)
            ;;
        'certs renew')
            options=(--all --label=labels --type=types --issuer-is=issuers --state='choice:active foreign' --expiring=text --limit=text --from=file --due --reason='choice:policy migration rotation compromise manual audit' --comment=text --issuer=issuers --force --no-revoke --yes --chain-only -n --dry-run --jobs=text --deadline=text)
            arguments=(units-slots...)
            ;;
        'certs revoke')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file --reason='choice:unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation privilegeWithdrawn aACompromise' --comment=text --force --yes)
            arguments=(slots...)
            ;;
        'certs verify')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file --full --jobs=text)
            arguments=(units-slots...)
            ;;
        'certs check')
            options=(--all --label=labels --type=types --issuer=issuers --from=file --warning=text --critical=text)
            arguments=(units-slots...)
            ;;
        'certs timeline')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --from=file --by='choice:month year')
            arguments=(units-slots...)
            ;;
        'certs history')
            options=(--all --label=labels --type=types --issuer=issuers --state='choice:pending active superseded revoked rejected foreign' --expiring=text --from=file --since=text --until=text --by=text --unit=units --reason='choice:expiry policy migration rotation compromise manual audit')
            arguments=(units-slots...)
            ;;
        'certs export')
            options=(--all --label=labels --type=types --issuer=issuers --expiring=text --limit=text --from=file --output='choice:pem der chain')
            arguments=(slots...)
            ;;
        'issuers list')
            ;;
        'issuers renew')
            options=(--cert=file)
            arguments=(issuers)
            ;;
        'issuers show')
            arguments=(issuers)
            ;;
        'issuers export')
            options=(--all)
            arguments=(issuers...)
            ;;
        'issuers crl')
            options=(--out=file --output='choice:pem der' --days=text)
            arguments=(issuers)
            ;;
        'issuers create')
            options=(--key=text)
            arguments=(text)
            ;;
        'issuers add')
            options=(--cert=file --key=file --pkcs12=file --passphrase-file=file --crl=file)
            arguments=(text)
            ;;
        'issuers default')
            arguments=(issuers)
            ;;
        'issuers set')
            options=(--name=text)
            arguments=(issuers)
            ;;
        'issuers remove')
            options=(--yes)
            arguments=(issuers)
            ;;
        'policy show')
            options=(--toml --revision=revisions)
            ;;
        'policy edit')
            options=(--comment=text --yes)
            ;;
        'policy load')
            options=(--from-config --comment=text -n --dry-run --yes)
            arguments=(file)
            ;;
        'policy history')
            ;;
        'policy diff')
            arguments=(revisions)
            ;;
        'policy check')
            options=(--all --label=labels --type=types --issuer=issuers --state='choice:active foreign' --expiring=text --limit=text --from=file --file=file)
            arguments=(units-slots...)
            ;;
        'policy explain')
            arguments=(slots)
            ;;
        'credential add')
            options=(--client-id=text --key-id=text --key=file --passphrase-file=file --tenant=tenants --scope=text --token-url=text --audience=text --api-url=text --offline --patience=text)
            arguments=(text)
            ;;
        'credential list')
            options=(--tenant=tenants)
            ;;
        'credential show')
            arguments=(credentials)
            ;;
        'credential history')
            arguments=(tenants)
            ;;
        'credential verify')
            options=(--patience=text)
            arguments=(credentials...)
            ;;
        'credential check')
            options=(--max-age=text --warning=text)
            ;;
        'credential rotate')
            options=(--client-id=text --key-id=text --key=file --passphrase-file=file --name=text --scope=text --token-url=text --audience=text --api-url=text --keep-prior=text --offline --accept-different-organization --reason=text --comment=text -n --dry-run --patience=text)
            arguments=(credentials)
            ;;
        'credential confirm')
            options=(--due --accept-different-organization --patience=text)
            arguments=(tenants...)
            ;;
        'credential rollback')
            options=(--offline --patience=text)
            arguments=(tenants)
            ;;
        'credential abort')
            arguments=(tenants)
            ;;
        'credential remove')
            options=(--yes)
            arguments=(credentials)
            ;;
        'credential import')
            options=(--as-new --update=credentials --entry=text --all-entries --passphrase-file=file --tenant=tenants --token-url=text --audience=text --api-url=text --keep-prior=text --offline --accept-different-organization --patience=text)
            arguments=(file)
            ;;
        'credential pending')
            arguments=(folder...)
            ;;
        'credential pack')
            options=(--csv=file --out=file --output='choice:plist mobileconfig json' --passphrase-file=file)
            ;;
        'tenants list')
            ;;
        'tenants show')
            arguments=(tenants)
            ;;
        'tenants set')
            options=(--scope=text --token-url=text --audience=text --api-url=text --offline --accept-different-organization --patience=text)
            arguments=(tenants)
            ;;
        'tenants sync')
            options=(--all --coverage='choice:all due missing none' --coverage-age=text --device=text --max-requests=text --patience=text)
            arguments=(tenants...)
            ;;
        'tenants import')
            options=(--devices=file --coverage=file --map=file -n --dry-run --columns)
            arguments=(tenants...)
            ;;
        'tenants devices')
            options=(--all --active --inactive --no-coverage --expiring=text --renews --model=text --search=text --columns --excel)
            arguments=(tenants...)
            ;;
        'tenants coverage')
            options=(--active --inactive --expiring=text --renews --model=text --search=text --columns --excel)
            arguments=(tenants)
            ;;
        'tenants export')
            options=(--out=file --passphrase-file=file)
            arguments=(tenants)
            ;;
        'tenants import-archive')
            options=(--passphrase-file=file)
            arguments=(file)
            ;;
        'tenants merge')
            options=(--keep-prior=text --offline --accept-different-organization --patience=text)
            arguments=(tenants tenants)
            ;;
        'tenants remove')
            options=(--yes)
            arguments=(tenants)
            ;;
        'runs list')
            options=(--limit=text --since=text --until=text --by=text --unit=units --reason='choice:expiry policy migration rotation compromise manual audit')
            ;;
        'runs show')
            arguments=(runs)
            ;;
        'runs abandon')
            options=(--leave-unit)
            arguments=(runs-slots)
            ;;
        'audit list')
            options=(--after=text --since=text --until=text --by=text --unit=units --reason=text)
            ;;
        'audit verify')
            options=(--head=text)
            arguments=(file)
            ;;
        'audit export')
            ;;
        'seal show')
            ;;
        'seal change')
            options=(--passphrase --new-passphrase-file=file)
            ;;
        'notify test')
            ;;
    esac
}

# Names from the store, for the home that the command line names. They are people's own words: offered
# quoted, and never expanded, as compgen -W would.
_rekey_names() {
    local name
    while IFS= read -r name; do
        # Readline replaces only what is behind the last = or : of the word.
        printf -v name %q "${name#"$before"}"
        COMPREPLY+=("$name")
    done < <(rekey "${globals[@]}" complete "$1" -- "$before${current//\\/}" 2>/dev/null)
}

# Labels: a value follows behind the key.
_rekey_labels() {
    _rekey_names labels
    [[ -n $before ]] || compopt -o nospace 2>/dev/null
}

# The address of a unit: folders behind `dir:`.
_rekey_address() {
    case $before in
        dir:)
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -d -- "$current")
            ;;
        '')
            compopt -o nospace 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -W 'dir: ssh://' -- "$current")
            ;;
    esac
}

# What is offered for a value of a kind.
_rekey_offer() {
    case $1 in
        '' | text) ;;
        file) compopt -o default 2>/dev/null ;;
        folder) compopt -o dirnames 2>/dev/null ;;
        choice:*) mapfile -t COMPREPLY < <(compgen -W "${1#choice:}" -- "$current") ;;
        command)
            _rekey_known "$named"
            mapfile -t COMPREPLY < <(compgen -W "${verbs[*]}" -- "$current")
            ;;
        labels) _rekey_labels ;;
        address) _rekey_address ;;
        *) _rekey_names "$1" ;;
    esac
}

# Takes what belongs to the word at `i` with it, as Readline parts words at `=` and `:`; what stands before the cursor
# of a word that is being typed becomes `before`.
_rekey_rest_of_word() {
    local whole=${COMP_WORDS[i]}
    while [[ ${COMP_WORDS[i + 1]} == [=:] ]]; do
        whole+=${COMP_WORDS[i + 1]}
        if ((i + 2 >= COMP_CWORD)); then
            before=$whole
            ((i += 2))
            return
        fi
        ((i += 2))
        whole+=${COMP_WORDS[i]}
    done
}

# The kind of value that an option takes, as `known`; fails when it takes none.
_rekey_value() {
    local option
    for option in "${options[@]}" "${everywhere[@]}"; do
        [[ ${option%%=*} == "$1" && $option == *=* ]] && known=${option#*=} && return
    done
    return 1
}

_rekey() {
    local current=${COMP_WORDS[COMP_CWORD]} path="" given=0 kind="" known word i option named="" only_arguments="" before=""
    local everywhere=(--home=folder --home-passphrase-file=file --config=file --output='choice:table json jsonl csv' --json --log-format='choice:text json' --color='choice:auto always never' --wide -q --quiet -v --verbose --no-input)
    local globals=() verbs=() options=() arguments=() words=()
    COMPREPLY=()
    # Readline has --option=value as three words.
    [[ $current == [=:] ]] && current=""
    _rekey_known ""
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if [[ -z $only_arguments && $word == -- ]]; then
            only_arguments=yes
        elif [[ -z $only_arguments && $word == -?* ]]; then
            _rekey_value "$word" || continue
            [[ ${COMP_WORDS[i + 1]} == = ]] && ((++i))
            if ((i + 1 >= COMP_CWORD)); then
                kind=$known
            elif [[ ${COMP_WORDS[i + 1]} != -?* ]]; then
                ((++i))
                [[ $word == --home ]] && globals=(--home "${COMP_WORDS[i]/#\~/$HOME}")
                _rekey_rest_of_word
                [[ -n $before ]] && kind=$known
            fi
        elif ((${#verbs[@]})); then
            path+=${path:+ }$word
            _rekey_known "$path"
        else
            _rekey_rest_of_word
            [[ -n $before ]] && break
            ((++given))
            named+=${named:+ }$word
        fi
    done
    # The value of an option, unless that may be left out.
    if [[ -n $kind && $current != -?* ]]; then
        _rekey_offer "$kind"
    elif [[ $current == -* && -z $only_arguments ]]; then
        for option in "${options[@]}" "${everywhere[@]}" --help; do
            # A command may have an option of all commands with values of its own.
            [[ " ${words[*]} " == *" ${option%%=*} "* ]] || words+=("${option%%=*}")
        done
        mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
    elif ((${#verbs[@]})); then
        mapfile -t COMPREPLY < <(compgen -W "${verbs[*]}" -- "$current")
    elif ((${#arguments[@]})); then
        ((given < ${#arguments[@]})) || given=$((${#arguments[@]} - 1))
        kind=${arguments[given]}
        [[ $kind == *... || $given -lt ${#arguments[@]} ]] && _rekey_offer "${kind%...}"
    fi
}
complete -F _rekey rekey
