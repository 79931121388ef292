#include "zsh.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generate.hpp"

namespace rekey::cli::generate {

namespace {

constexpr std::string_view before = R"zsh(#compdef rekey
# Written by `cmake --build BUILD --target generate`, from the commands in cli/.

# Names from the store, for the home that the command line names. The kind comes last, behind what is
# for compadd.
_rekey_names() {
    local kind=$argv[-1] list
    local -a names globals
    shift -p
    [[ -n ${home:=${opt_args[--home]}} ]] && globals=(--home ${(Q)~home})
    list=$(rekey $globals complete $kind -- "${(Q)PREFIX}" 2>/dev/null)
    [[ -n $list ]] && names=("${(@f)list}")
    # A value follows behind the key of a label.
    [[ $kind == labels && $PREFIX != *=* ]] && set -- "$@" -S ''
    compadd "$@" -a names
}

# The address of a unit: folders behind `dir:`.
_rekey_address() {
    if compset -P 'dir:'; then
        _files -/
    else
        compadd -S '' dir: ssh://
    fi
}

_rekey() {
    local curcontext=$curcontext state line home ret=1 noun
    local -A opt_args
    local -a everywhere verbs
    everywhere=(
)zsh";

/// `text` within a specification of _arguments, where `:`, `[` and `]` mean something.
std::string plain(const std::string& text) {
    std::string safe;
    for (char c : text)
        safe += c == ':' || c == '[' || c == ']' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return safe;
}

std::string quoted(const std::string& text) { return in_quotes(text, "'\\''"); }

std::string action(const Parameter& parameter) {
    auto kind = kind_of(parameter);
    if (kind == "file") return "_files";
    if (kind == "folder") return "_files -/";
    if (kind == "choice") return fmt::format("({})", fmt::join(parameter.choices, " "));
    if (kind == "command") return "_rekey_words";
    if (kind == "address") return "_rekey_address";
    if (kind == "text") return " ";
    return "_rekey_names " + kind;
}

std::string specifications(const Description& description) {
    std::string text;
    for (const auto& parameter : description.parameters) {
        auto value = fmt::format("{}:{}", plain(parameter.word), action(parameter));
        if (!parameter.is_option()) {
            text += fmt::format("                {}\n", quoted((parameter.repeats    ? "*:"
                                                                : parameter.required ? ":"
                                                                                     : "::") +
                                                               value));
            continue;
        }
        for (const auto& name : parameter.names) {
            auto word = (parameter.repeats ? "*" : "") + name + (parameter.word.empty() ? "" : "=");
            auto rest = parameter.word.empty() ? "" : (parameter.may_lack_value ? "::" : ":") + value;
            text += fmt::format("                {}\n",
                                quoted(fmt::format("{}[{}]{}", word, plain(parameter.about), rest)));
        }
    }
    return text;
}

/// The options of all commands, without those that a command has with values of its own.
std::string everywhere_beside(const Registry& registry, const Description& command) {
    std::string own;
    for (const auto& parameter : command.parameters)
        if (parameter.is_option() && registry.everywhere().option(parameter.name()) != nullptr)
            own += (own.empty() ? "" : "|") + parameter.name() + "=*";
    return own.empty() ? "$everywhere" : fmt::format("${{everywhere:#({})}}", own);
}

std::string described(const std::string& name, const std::string& about) {
    return fmt::format("                {}\n", quoted(fmt::format("{}:{}", name, plain(about))));
}

/// The place where one of some words is expected.
std::string words_of(const Registry& registry, const std::string& noun) {
    std::string text;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun) text += described(command.verb(), command.about);
    if (noun.empty())
        for (const auto& other : registry.nouns()) text += described(other.name, other.about);
    return text;
}

}  // namespace

std::string zsh(const Registry& registry) {
    std::string text(before);
    text += specifications(registry.everywhere()) + "                '(-h --help)'{-h,--help}'[Help]'\n    )\n";
    text += "    verbs=(\n" + words_of(registry, "") + "    )\n";
    text += R"zsh(    _arguments -C $everywhere '1: :_rekey_words' '*:: :->rest' && ret=0
    [[ $state == rest ]] || return ret
    home=${opt_args[--home]}
    noun=$words[1]
    case $noun in
)zsh";
    for (const auto& noun : registry.nouns())
        text += fmt::format("        {})\n            verbs=(\n{}            )\n            ;;\n", noun.name,
                            words_of(registry, noun.name));
    text += R"zsh(        *) _rekey_command "$noun"; return ;;
    esac
    state=
    _arguments -C $everywhere '1: :_rekey_words' '*:: :->rest' && ret=0
    [[ $state == rest ]] || return ret
    : ${home:=${opt_args[--home]}}
    _rekey_command "$noun $words[1]"
}

_rekey_words() {
    _describe -t commands command verbs
}

_rekey_command() {
    case $1 in
)zsh";
    for (const auto& command : registry.commands()) {
        if (command.hidden) continue;
        text += fmt::format("        '{}')\n            _arguments {} \\\n", command.path,
                            everywhere_beside(registry, command));
        std::string lines = specifications(command);
        for (std::size_t at = 0; (at = lines.find("'\n", at)) != std::string::npos; at += 4)
            if (at + 2 < lines.size()) lines.replace(at, 2, "' \\\n");
        text += lines.empty() ? "                ;;\n" : lines + "            ;;\n";
    }
    return text + "    esac\n}\n\n_rekey \"$@\"\n";
}

}  // namespace rekey::cli::generate
