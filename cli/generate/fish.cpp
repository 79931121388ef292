#include "fish.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generate.hpp"

namespace rekey::cli::generate {

namespace {

constexpr std::string_view before = R"fish(# fish completion for rekey
# Written by `cmake --build BUILD --target generate`, from the commands in cli/.

# The options of a command that take a value.
function __rekey_valued
    echo -- EVERYWHERE
    switch "$argv"
VALUED    end
end

# The command that the line names, a word a line, then its arguments.
function __rekey_line
    set -l tokens (commandline -opc)
    set -l path
    set -l skip no
    for token in $tokens[2..]
        if test $skip = yes
            set skip no
        else if string match -q -- '-?*' $token
            if contains -- $token (string split ' ' -- (__rekey_valued $path[1..2]))
                set skip yes
            end
        else
            set -a path $token
        end
    end
    string join \n -- $path
end

# Whether the line is at COMMAND; with a number first, at that argument of it.
function __rekey_at
    set -l place
    if string match -qr '^[0-9]+$' -- $argv[1]
        set place $argv[1]
        set -e argv[1]
    end
    set -l line (__rekey_line)
    set -l words (count $argv)
    test (count $line) -ge $words; or return 1
    test $words -eq 0; or test "$line[1..$words]" = "$argv"; or return 1
    test -z "$place"; or test (math (count $line) - $words) -eq $place
end

# Whether it is at that argument of COMMAND or a later one.
function __rekey_from
    set -l words (count $argv[2..])
    set -l line (__rekey_line)
    __rekey_at $argv[2..]; and test (math (count $line) - $words) -ge $argv[1]
end

# Names from the store, for the home that the line names.
function __rekey_names
    set -l globals
    set -l tokens (commandline -opc)
    for i in (seq 2 (count $tokens))
        switch $tokens[$i]
            case --home
                set globals --home $tokens[(math $i + 1)]
            case '--home=*'
                set globals --home (string replace -- --home= '' $tokens[$i])
        end
    end
    # fish itself leaves out what does not fit; the beginning only saves time.
    set -l begin (commandline -ct | string replace -r '^--[^=]*=' '')
    string match -qr '^[A-Za-z0-9._/=,!-]*$' -- "$begin"; or set begin ''
    rekey $globals complete $argv[1] -- "$begin" 2>/dev/null
end

# The address of a unit: folders behind `dir:`.
function __rekey_address
    set -l token (commandline -ct | string replace -r '^--[^=]*=' '')
    if string match -q 'dir:*' -- $token
        for folder in (__fish_complete_directories (string replace 'dir:' '' -- $token))
            echo dir:$folder
        end
    else
        printf '%s\n' dir: ssh://
    end
end

complete -c rekey -f
)fish";

std::string quoted(const std::string& text) {
    std::string doubled;
    for (char c : text) doubled += c == '\\' ? "\\\\" : std::string(1, c);
    return in_quotes(doubled, "\\'");
}

/// What is offered for a value, as options of `complete`: -x is for an option that takes one, and no file.
std::string offer(const Parameter& parameter) {
    auto kind = kind_of(parameter);
    std::string alone = parameter.is_option() && !parameter.may_lack_value ? " -x" : "";
    if (kind == "file") return parameter.is_option() ? " -r -F" : " -F";
    if (kind == "folder") return alone + " -a '(__fish_complete_directories)'";
    if (kind == "choice") return alone + " -a " + quoted(fmt::format("{}", fmt::join(parameter.choices, " ")));
    if (kind == "text" || kind == "command") return alone;
    if (kind == "address") return alone + " -a '(__rekey_address)'";
    return fmt::format("{} -a '(__rekey_names {})'", alone, kind);
}

std::string option_line(const Parameter& parameter, const std::string& condition) {
    auto line = "complete -c rekey" + condition;
    for (const auto& name : parameter.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    if (!parameter.word.empty()) line += offer(parameter);
    return fmt::format("{} -d {}\n", line, quoted(parameter.about));
}

std::string options_of(const Description& description, const std::string& condition) {
    std::string text;
    for (const auto& parameter : description.parameters)
        if (parameter.is_option()) text += option_line(parameter, condition);
    return text;
}

/// Not where a command has an option of that name with other values.
std::string condition_of_global(const Registry& registry, const Parameter& parameter) {
    std::string places;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.option(parameter.name()) != nullptr)
            places += fmt::format("{}not __rekey_at {}", places.empty() ? "" : "; and ", command.path);
    return places.empty() ? "" : fmt::format(" -n '{}'", places);
}

std::string global_options(const Registry& registry) {
    std::string text;
    for (const auto& parameter : registry.everywhere().parameters)
        text += option_line(parameter, condition_of_global(registry, parameter));
    return text;
}

std::string arguments_of(const Description& command) {
    std::string text;
    int place = 0;
    for (const auto& parameter : command.parameters) {
        if (parameter.is_option()) continue;
        auto offered = offer(parameter);
        auto at = fmt::format("{} {} {}", parameter.repeats ? "__rekey_from" : "__rekey_at", place, command.path);
        if (!offered.empty()) text += fmt::format("complete -c rekey -n '{}'{}\n", at, offered);
        ++place;
    }
    return text;
}

std::string valued(const Description& description) {
    std::vector<std::string> names;
    for (const auto& parameter : description.parameters)
        if (parameter.is_option() && !parameter.word.empty())
            names.insert(names.end(), parameter.names.begin(), parameter.names.end());
    return fmt::format("{}", fmt::join(names, " "));
}

std::string word(const std::string& condition, const std::string& name, const std::string& about) {
    return fmt::format("complete -c rekey -n '{}' -a {} -d {}\n", condition, name, quoted(about));
}

void replace(std::string& text, std::string_view place, const std::string& by) {
    text.replace(text.find(place), place.size(), by);
}

}  // namespace

std::string fish(const Registry& registry) {
    std::string cases;
    std::string lines = global_options(registry);
    lines += "complete -c rekey -s h -l help -d 'Help'\n";
    for (const auto& noun : registry.nouns()) lines += word("__rekey_at 0", noun.name, noun.about);
    for (const auto& command : registry.commands()) {
        if (command.hidden) continue;
        auto noun = command.noun();
        lines += word(noun.empty() ? "__rekey_at 0" : "__rekey_at 0 " + noun, command.verb(), command.about);
        lines += options_of(command, fmt::format(" -n '__rekey_at {}'", command.path));
        lines += arguments_of(command);
        if (auto names = valued(command); !names.empty())
            cases += fmt::format("        case '{}{}'\n            echo -- {}\n", command.path, noun.empty() ? "*" : "",
                                 names);
    }
    std::string text(before);
    replace(text, "EVERYWHERE", valued(registry.everywhere()));
    replace(text, "VALUED", cases);
    return text + lines;
}

}  // namespace rekey::cli::generate
