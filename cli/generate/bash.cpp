#include "bash.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generate.hpp"

namespace rekey::cli::generate {

namespace {

constexpr std::string_view before = R"bash(# bash completion for rekey
# Written by `cmake --build BUILD --target generate`, from the commands in cli/.

# What may follow a command: its verbs, or its options, `=` and a kind after those with a value, and the
# kinds of its arguments, `...` after one that repeats.
_rekey_known() {
    verbs=() options=() arguments=()
    case $1 in
)bash";

constexpr std::string_view after = R"bash(    esac
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
)bash";

std::string kind(const Parameter& parameter) {
    auto word = kind_of(parameter);
    return word == "choice" ? fmt::format("'choice:{}'", fmt::join(parameter.choices, " ")) : word;
}

std::string options(const Description& description) {
    std::string words;
    for (const auto& parameter : description.parameters)
        for (const auto& name : parameter.names)
            words += (words.empty() ? "" : " ") + name + (parameter.word.empty() ? "" : "=" + kind(parameter));
    return words;
}

std::string arguments(const Description& description) {
    std::string words;
    for (const auto& parameter : description.parameters)
        if (!parameter.is_option())
            words += (words.empty() ? "" : " ") + kind(parameter) + (parameter.repeats ? "..." : "");
    return words;
}

std::string verbs(const Registry& registry, const std::string& noun) {
    std::string words;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun) words += (words.empty() ? "" : " ") + command.verb();
    if (noun.empty())
        for (const auto& other : registry.nouns()) words += " " + other.name;
    return words;
}

}  // namespace

std::string bash(const Registry& registry) {
    std::string text(before);
    text += fmt::format("        '') verbs=({}) ;;\n", verbs(registry, ""));
    for (const auto& noun : registry.nouns())
        text += fmt::format("        {}) verbs=({}) ;;\n", noun.name, verbs(registry, noun.name));
    for (const auto& command : registry.commands()) {
        if (command.hidden) continue;
        text += fmt::format("        '{}')\n", command.path);
        if (auto words = options(command); !words.empty()) text += fmt::format("            options=({})\n", words);
        if (auto words = arguments(command); !words.empty()) text += fmt::format("            arguments=({})\n", words);
        text += "            ;;\n";
    }
    std::string rest(after);
    auto place = rest.find("    local globals=()");
    rest.insert(place, fmt::format("    local everywhere=({})\n", options(registry.everywhere())));
    return text + rest;
}

}  // namespace rekey::cli::generate
