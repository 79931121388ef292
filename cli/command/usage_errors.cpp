#include "command/usage_errors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <limits>

#include "base/text/spelling.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

/// As a shell takes it; what a terminal would obey is shown instead.
std::string shell_word(const std::string& word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=:,@%+";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
    std::string text = "'";
    for (char c : printable(word)) text += c == '\'' ? "'\\''" : std::string(1, c);
    return text + "'";
}

std::string line_of(const std::vector<std::string>& words) {
    std::string line = "rekey";
    for (const auto& word : words) line += " " + shell_word(word);
    return line;
}

std::string full(const std::string& path) { return path.empty() ? "rekey" : "rekey " + path; }

std::string see(const std::string& path) { return fmt::format("see: {} --help", full(path)); }

/// `--home=DIR` without its value.
std::string option_name(const std::string& word) {
    return word.starts_with("--") ? word.substr(0, word.find('=')) : word;
}

/// They have two dashes in common, and a wrong one changes what a command does.
constexpr std::size_t letters_a_slip_of_options = 8;

/// The word of `known` that this is, or that it is near to.
std::optional<std::string> meant(const std::string& word, const std::vector<std::string>& known,
                                 std::size_t letters_a_slip = 4) {
    Nearest nearest(word, letters_a_slip);
    for (const auto& candidate : known) {
        if (candidate == word) return word;
        nearest.offer(candidate);
    }
    return nearest.found();
}

std::vector<std::string> verbs_of(const Registry& registry, const std::string& noun) {
    std::vector<std::string> verbs;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun) verbs.push_back(command.verb());
    return verbs;
}

std::vector<std::string> noun_names(const Registry& registry) {
    std::vector<std::string> names;
    for (const auto& noun : registry.nouns()) names.push_back(noun.name);
    return names;
}

/// Takes the first word out that is one of `known`, or else the first that is near to one.
std::optional<std::string> take(std::vector<std::string>& words, const std::vector<std::string>& known) {
    auto is_known = [&](const std::string& word) { return std::find(known.begin(), known.end(), word) != known.end(); };
    auto found = std::find_if(words.begin(), words.end(), is_known);
    if (found == words.end())
        found = std::find_if(words.begin(), words.end(),
                             [&](const auto& word) { return !word.starts_with('-') && meant(word, known); });
    if (found == words.end()) return std::nullopt;
    auto taken = meant(*found, known);
    words.erase(found);
    return taken;
}

/// Options of all commands, with their values; they may come before the command.
std::vector<std::string> take_globals(const Registry& registry, std::vector<std::string>& words) {
    std::vector<std::string> globals;
    while (!words.empty() && words.front().starts_with('-')) {
        const auto* option = registry.everywhere().option(option_name(words.front()));
        std::size_t length = option != nullptr && !option->word.empty() && option_name(words.front()) == words.front();
        length = std::min(length + 1, words.size());
        globals.insert(globals.end(), words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length));
        words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(length));
    }
    return globals;
}

/// The same words as a command that there is, in whatever order they were.
std::optional<std::string> in_order(const Registry& registry, std::vector<std::string> words) {
    auto line = take_globals(registry, words);
    auto rest = words;
    auto noun = take(rest, noun_names(registry));
    auto verb = noun ? take(rest, verbs_of(registry, *noun)) : take(rest, verbs_of(registry, ""));
    if (!verb && !noun) return std::nullopt;
    if (noun) line.push_back(*noun);
    if (verb) line.push_back(*verb);
    if (verb) line.insert(line.end(), rest.begin(), rest.end());
    return line_of(line);
}

/// What people call a command elsewhere. Of several, the first that there is.
struct Synonym {
    const char* said;
    std::vector<const char*> meant;
};

/// Of verbs, whatever the noun.
const std::vector<Synonym> verb_synonyms{
    {"ls", {"list"}},
    {"dir", {"list"}},
    {"rm", {"remove"}},
    {"delete", {"remove"}},
    {"del", {"remove"}},
    {"drop", {"remove"}},
    {"new", {"create", "add"}},
    {"create", {"add"}},
    {"add", {"create"}},
    {"import", {"add"}},
    {"get", {"show"}},
    {"info", {"show"}},
    {"view", {"show"}},
    {"describe", {"show"}},
    {"status", {"check", "show"}},
    {"log", {"history", "list"}},
    {"logs", {"history", "list"}},
    {"edit", {"set"}},
    {"update", {"set"}},
    {"test", {"verify", "check"}},
    {"review", {"check"}},
    {"reissue", {"renew"}},
    {"issue", {"generate"}},
    {"cancel", {"abort", "abandon"}},
};

/// Of whole commands, where a verb alone would not lead there.
const std::vector<std::pair<std::string, const char*>> command_synonyms{
    {"certs import", "units adopt"},
    {"certs add", "units adopt"},
    {"certs create", "certs generate"},
    {"certs new", "certs generate"},
    {"certs remove", "units remove"},
    {"certs rm", "units remove"},
    {"certs delete", "units remove"},
    {"version", "--version"},
    {"config", "policy show"},
    {"log", "audit list"},
    {"logs", "audit list"},
    {"history", "audit list"},
    {"import", "restore"},
};

std::optional<std::string> verb_meant(const Registry& registry, const std::string& noun, const std::string& word) {
    for (const auto& [said, meant] : verb_synonyms)
        for (const auto* verb : meant)
            if (word == said && registry.find_command(noun + " " + verb) != nullptr) return verb;
    return std::nullopt;
}

/// The line with the command that is called otherwise here; the words behind it stay where it takes them.
std::optional<std::string> line_by_synonym(const Registry& registry, const std::string& path,
                                           std::vector<std::string> words, const std::string& word) {
    auto said = path.empty() ? word : path + " " + word;
    for (const auto& [synonym, command] : command_synonyms)
        if (said == synonym) return full(command);
    auto at = std::find(words.begin(), words.end(), word);
    auto verb = path.empty() || at == words.end() ? std::nullopt : verb_meant(registry, path, word);
    if (!verb) return std::nullopt;
    *at = *verb;
    return line_of(words);
}

constexpr std::size_t longest_hint = 78;  ///< behind its indent, on a screen of 80 columns

/// `rekey NOUN list`, and the nouns: several commands with one verb, where all of them make a long line.
std::string by_verb(const std::vector<const Description*>& commands) {
    std::vector<std::string> verbs;
    for (const auto* command : commands)
        if (std::ranges::find(verbs, command->verb()) == verbs.end()) verbs.push_back(command->verb());
    std::vector<std::string> lines;
    for (const auto& verb : verbs) {
        std::vector<std::string> nouns;
        for (const auto* command : commands)
            if (command->verb() == verb) nouns.push_back(command->noun());
        lines.push_back(fmt::format("rekey NOUN {}\n  NOUN is one of: {}", verb, fmt::join(nouns, ", ")));
    }
    return fmt::format("did you mean: {}", fmt::join(lines, "\n  or: "));
}

std::string did_you_mean(const std::vector<const Description*>& commands) {
    std::vector<std::string> lines;
    for (const auto* command : commands) lines.push_back("rekey " + command->path);
    if (lines.size() == 1) return fmt::format("did you mean: {}", lines.front());
    auto text = fmt::format("did you mean one of: {}", fmt::join(lines, ", "));
    return text.size() <= longest_hint ? text : by_verb(commands);
}

/// What is near a word that is no command, where the line as a whole says nothing.
std::string way_on(const Registry& registry, const std::string& path, const std::string& word) {
    if (!path.empty())
        return fmt::format("its commands: {}\n  {}", fmt::join(verbs_of(registry, path), ", "), see(path));
    std::vector<const Description*> near;
    for (const auto& command : registry.commands())
        if (!command.hidden && (command.verb() == word || command.verb() == verb_meant(registry, command.noun(), word)))
            near.push_back(&command);
    return near.empty() ? see(path) : did_you_mean(near);
}

/// The words up to this one that name a command; options are none.
std::string command_until(const Registry& registry, std::vector<std::string> words, const std::string& word) {
    take_globals(registry, words);
    std::string text = "rekey";
    for (const auto& each : words) {
        if (!each.starts_with('-')) text += " " + printable(each);
        if (each == word) break;
    }
    return text;
}

Error no_such_command(const Registry& registry, const std::string& path, const std::vector<std::string>& words,
                      const std::string& word) {
    auto what = fmt::format("there is no command '{}'", command_until(registry, words, word));
    if (auto line = line_by_synonym(registry, path, words, word))
        return {Code::usage, what, fmt::format("did you mean: {}", *line)};
    auto line = in_order(registry, words);
    // Only the noun again is no answer when that one was right.
    if (line && (path.empty() || line->size() > full(path).size()))
        return {Code::usage, what, fmt::format("did you mean: {}", *line)};
    return {Code::usage, what, way_on(registry, path, word)};
}

/// Of a command that prints what people want to have in a file.
std::string line_into_file(std::vector<std::string> words, std::ptrdiff_t place) {
    auto at = words.begin() + place;
    auto equals = at->find('=');
    bool is_apart = equals == std::string::npos && at + 1 != words.end();
    std::string file = is_apart ? *(at + 1) : equals == std::string::npos ? "FILE" : at->substr(equals + 1);
    words.erase(at, at + (is_apart ? 2 : 1));
    return fmt::format("{} >{}", line_of(words), file == "FILE" ? file : shell_word(file));
}

Error no_such_option(const Registry& registry, const std::string& path, std::vector<std::string> words,
                     const std::string& word) {
    auto name = option_name(word);
    auto at = std::find(words.begin(), words.end(), word);
    auto what = fmt::format("there is no option '{}' of '{}'", printable(name), full(path));
    const auto* command = registry.find_command(path);
    // Known, and in the wrong place: before its command.
    if (const auto* known = command == nullptr ? nullptr : command->option(name)) {
        bool with_value = !known->word.empty() && name == word && at + 1 != words.end();
        std::rotate(at, at + (with_value ? 2 : 1), words.end());
        return {Code::usage, fmt::format("'{}' must come after its command", name),
                fmt::format("did you mean: {}", line_of(words))};
    }
    if (name == "--out" && command != nullptr)
        return {Code::usage, fmt::format("'{}' writes to standard output, and has no option '--out'", full(path)),
                fmt::format("did you mean: {}", line_into_file(words, at - words.begin()))};
    std::vector<std::string> known{"--help"};
    for (const auto* description : {command, &registry.everywhere()})
        if (description != nullptr)
            for (const auto& parameter : description->parameters)
                known.insert(known.end(), parameter.names.begin(), parameter.names.end());
    // Any letter is near any other: whoever wants a dry run (-n) must not be led to the command itself (-q).
    bool is_letter = name.size() == 2;
    auto nearest = is_letter ? std::nullopt : meant(name, known, letters_a_slip_of_options);
    if (!nearest) return {Code::usage, what, see(path)};
    *at = *nearest + word.substr(name.size());
    return {Code::usage, what, fmt::format("did you mean: {}", line_of(words))};
}

}  // namespace

Error not_expected(const Registry& registry, const std::string& path, const std::vector<std::string>& words,
                   const std::vector<std::string>& extras, bool complete) {
    // The parser gives them in its own order; people read from the left.
    auto first = std::find_if(words.begin(), words.end(), [&](const std::string& word) {
        return std::find(extras.begin(), extras.end(), word) != extras.end();
    });
    auto word = first == words.end() ? extras.front() : *first;
    if (word.size() > 1 && word.starts_with('-')) return no_such_option(registry, path, words, word);
    if (path == "status")
        return {Code::usage,
                fmt::format("'{}' is more than 'rekey status' takes: it is about the whole home", printable(word)),
                fmt::format("for one unit: rekey certs list {0}, or rekey units show {0}", shell_word(word))};
    // The parser also finds a verb after words that do not belong there.
    if (!complete || in_order(registry, words) != line_of(words)) return no_such_command(registry, path, words, word);
    return {Code::usage, fmt::format("'{}' is more than '{}' takes", printable(word), full(path)),
            fmt::format("as in: {}\n  {}", registry.find_command(path)->usage(), see(path))};
}

Error unfinished(const Registry& registry, const std::string& path) {
    return {Code::usage, fmt::format("'{}' needs a command", full(path)),
            fmt::format("one of: {}\n  {}", fmt::join(verbs_of(registry, path), ", "), see(path))};
}

Error incomplete(const Registry& registry, const std::string& path, const std::vector<std::string>& missing) {
    const auto& command = *registry.find_command(path);
    return {Code::usage, fmt::format("{} {} missing", fmt::join(missing, " and "), missing.size() == 1 ? "is" : "are"),
            fmt::format("as in: {}\n  {}", command.examples.empty() ? command.usage() : command.examples.front().line,
                        see(path))};
}

Error no_such_choice(const std::string& option, const std::string& given, const std::vector<std::string>& choices) {
    auto nearest = meant(given, choices);
    return {Code::usage, fmt::format("{}: '{}' is none of {}", option, printable(given), fmt::join(choices, ", ")),
            nearest ? fmt::format("did you mean: {} {}", option, *nearest)
                    : fmt::format("as in: {} {}", option, choices.front())};
}

Error no_such_number(const std::string& name, const std::string& given, std::int64_t lowest, std::int64_t highest) {
    bool any = highest == std::numeric_limits<std::int64_t>::max();
    return {Code::usage,
            fmt::format("{}: '{}' is not a whole number from {}{}", name, printable(given), lowest,
                        any ? " up" : fmt::format(" to {}", highest)),
            ""};
}

Error lacks_value(const Registry& registry, const std::string& path, const std::string& option) {
    const auto* command = registry.find_command(path);
    for (const auto* description : {command, &registry.everywhere()})
        if (const auto* known = description == nullptr ? nullptr : description->option(option))
            return {Code::usage, fmt::format("{0} needs a value: {0} {1}", option, known->word),
                    fmt::format("{}{}{}\n  {}", known->about, known->choices.empty() ? "" : ": ",
                                fmt::join(known->choices, ", "), see(path))};
    return {Code::usage, option + " needs a value", see(path)};
}

Error misread(const Registry& registry, const std::string& path, const std::string& what) {
    const auto* command = registry.find_command(path);
    return {Code::usage, what,
            command == nullptr ? see(path) : fmt::format("as in: {}\n  {}", command->usage(), see(path))};
}

}  // namespace rekey::cli
