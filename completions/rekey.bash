# bash completion for rekey

# Names out of a listing, for the home that the command line names. They are people's own words: offered
# quoted, and never expanded, as compgen -W would.
_rekey_names() {
    local name word=${current//\\/}
    while IFS= read -r name; do
        if [[ $name =~ ^\"(([^\"]|\"\")*)\" ]]; then
            name=${BASH_REMATCH[1]//\"\"/\"}
        else
            name=${name%%,*}
        fi
        # What a spreadsheet would take for a formula has an apostrophe before it.
        [[ $name == \'[=+@]* ]] && name=${name:1}
        [[ $name == "$word"* ]] && COMPREPLY+=("$(printf '%q' "$name")")
    done < <(rekey "${globals[@]}" "$@" list --output csv 2>/dev/null | tail -n +2)
}

_rekey() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=() globals=()
    local nouns="init units certs issuers policy credential tenants seal runs audit doctor backup restore metrics agent"
    local noun="" verb="" word i
    COMPREPLY=()
    # Readline has --option=value as three words.
    if [[ $current == = ]]; then
        current=""
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        case $word in
            --home | --config | --output | --home-passphrase-file)
                [[ ${COMP_WORDS[i + 1]} == = ]] && ((++i))
                ((++i))
                [[ $word == --home ]] && ((i < COMP_CWORD)) && globals=(--home "${COMP_WORDS[i]/#\~/$HOME}")
                ;;
            -*) ;;
            *) if [[ -z $noun ]]; then noun=$word; elif [[ -z $verb ]]; then verb=$word; fi ;;
        esac
    done
    if [[ $current == -* ]]; then
        # The program itself knows its options.
        mapfile -t words < <(rekey ${noun:+"$noun"} ${verb:+"$verb"} --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
        # Those that hold everywhere are in its own help.
        mapfile -t -O ${#words[@]} words < <(rekey --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current" | sort -u)
        return
    fi
    # The value of an option.
    case $before in
        --output) words=(table json jsonl csv) ;;
        --scope) words=(business school) ;;
        --format) if [[ $noun == credential ]]; then words=(plist mobileconfig json); else words=(pem der); [[ $noun == certs ]] && words+=(chain); fi ;;
        --reason)
            if [[ $noun/$verb == certs/revoke ]]; then
                words=(unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation
                    privilegeWithdrawn aACompromise)
            else
                words=(policy migration rotation manual audit)
            fi
            ;;
        --by) words=(month year) ;;
        --coverage) if [[ $noun/$verb == tenants/sync ]]; then words=(all missing none); else return; fi ;;
        --tenant) _rekey_names tenants && return ;;
        --confirm) if [[ $noun == credential ]]; then _rekey_names credential; else _rekey_names tenants; fi && return ;;
        --update) _rekey_names credential && return ;;
        --key | --passphrase-file | --home-passphrase-file | --new-passphrase-file | --csv | --out | --devices | --cert | --config | --home) return ;;
    esac
    if ((${#words[@]} == 0)); then
        case $noun${verb:+ $verb} in
            "") mapfile -t words < <(compgen -W "$nouns") ;;
            units) words=(add adopt check conformance list remove set show) ;;
            certs) words=(check export generate history list renew revoke show timeline verify) ;;
            issuers) words=(add create crl default export list show) ;;
            policy) words=(check explain show) ;;
            credential)
                words=(abort add confirm history import list pack pending remove rollback rotate show verify)
                ;;
            tenants) words=(coverage devices export import import-archive list merge remove show sync) ;;
            seal) words=(change show) ;;
            runs) words=(list show) ;;
            audit) words=(export list verify) ;;
            "credential show" | "credential verify" | "credential rotate" | "credential remove")
                _rekey_names credential
                ;;
            "credential history" | "credential confirm" | "credential rollback" | "credential abort" | "tenants "*)
                [[ $verb == list || $verb == import-archive ]] || _rekey_names tenants
                ;;
        esac
    fi
    ((${#words[@]})) && mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
}
complete -o default -F _rekey rekey
