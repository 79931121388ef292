# bash completion for rekey
_rekey() {
    local current=${COMP_WORDS[COMP_CWORD]} words=()
    local nouns="init units certs issuers runs audit doctor agent"
    local noun="" verb="" word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] && continue
        if [[ -z $noun ]]; then noun=$word; elif [[ -z $verb ]]; then verb=$word; fi
    done
    if [[ $current == -* ]]; then
        # The program itself knows its options.
        mapfile -t words < <(rekey ${noun:+"$noun"} ${verb:+"$verb"} --help 2>/dev/null | grep -oE -- '--[a-z-]+' | sort -u)
        mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
        return
    fi
    case $noun in
        "") mapfile -t COMPREPLY < <(compgen -W "$nouns" -- "$current") ;;
        units) [[ -z $verb ]] && words=(add adopt check conformance list remove set show) ;;
        certs) [[ -z $verb ]] && words=(check export generate history list renew show verify) ;;
        issuers) [[ -z $verb ]] && words=(add create default export list show) ;;
        runs) [[ -z $verb ]] && words=(list show) ;;
        audit) [[ -z $verb ]] && words=(export list verify) ;;
    esac
    ((${#words[@]})) && mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current")
}
complete -o default -F _rekey rekey
