#include "man_page.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "command/exit_code.hpp"
#include "generate.hpp"
#include "mdoc.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli::generate {

namespace {

/// `Fl -jobs Ar N`, to follow a macro.
std::string option_words(const Parameter& parameter) {
    std::string words;
    for (const auto& name : parameter.names) words += (words.empty() ? "Fl " : " , Fl ") + name.substr(1);
    if (parameter.word.empty()) return words;
    return words + (parameter.may_lack_value ? " Op Ar " : " Ar ") + mdoc_word(parameter.word);
}

std::string synopsis_of(const Description& command) {
    auto text = fmt::format(".Nm rekey {}\n", command.path);
    for (const auto& parameter : command.parameters)
        if (!parameter.is_option() && !parameter.required)
            text += fmt::format(".Op Ar {}{}\n", mdoc_word(parameter.word), parameter.repeats ? " ..." : "");
        else if (!parameter.is_option())
            text += fmt::format("{} {}\n", parameter.required ? ".Ar" : ".Op Ar", mdoc_word(parameter.word));
    for (bool required : {true, false})
        for (const auto& parameter : command.parameters) {
            if (!parameter.is_option() || parameter.required != required) continue;
            auto words = option_words(parameter);
            text += (required ? "." : ".Op ") + words + "\n";
        }
    return text;
}

std::string item(const Parameter& parameter) {
    auto head = parameter.is_option() ? option_words(parameter)
                                      : "Ar " + mdoc_word(parameter.word) + (parameter.repeats ? " ..." : "");
    auto about = parameter.about;
    if (!parameter.choices.empty()) about += fmt::format(": {}", fmt::join(parameter.choices, ", "));
    return fmt::format(".It {}\n{}\n", head, mdoc_text(about));
}

std::string list_of(const Description& description) {
    if (description.parameters.empty()) return "";
    std::string text = ".Bl -tag -width Ds\n";
    for (bool options : {false, true})
        for (const auto& parameter : description.parameters)
            if (parameter.is_option() == options) text += item(parameter);
    return text + ".El\n";
}

std::vector<const Description*> commands_of(const Registry& registry, const std::string& noun) {
    std::vector<const Description*> commands;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun) commands.push_back(&command);
    return commands;
}

std::string synopsis(const Registry& registry, const std::string& noun) {
    std::string text;
    if (noun.empty()) text = ".Nm rekey\n.Ar noun command\n.Op Ar argument ...\n.Op Ar option ...\n";
    for (const auto* command : commands_of(registry, noun)) text += synopsis_of(*command);
    return text;
}

std::string options(const Registry& registry, const std::string& noun) {
    std::string text;
    if (noun.empty()) {
        text = "These hold for all commands:\n" + list_of(registry.everywhere());
    } else {
        text = "The options of all commands are in\n.Xr rekey 1 .\n";
    }
    for (const auto* command : commands_of(registry, noun))
        text += fmt::format(".Ss {}\n{}\n{}", command->path, mdoc_text(command->about), list_of(*command));
    return text;
}

std::string nouns(const Registry& registry) {
    std::string text = ".Bl -tag -width Ds\n";
    for (const auto& noun : registry.nouns()) {
        std::string verbs;
        for (const auto* command : commands_of(registry, noun.name))
            verbs += (verbs.empty() ? "" : " | ") + mdoc_word(command->verb());
        text += fmt::format(".It Cm {} {}\n{}\nSee\n.Xr rekey-{} 1 .\n", noun.name, verbs, mdoc_text(noun.about),
                            noun.name);
    }
    return text + ".El\n";
}

/// What an exit code means for single commands: those with the same meaning together.
std::string endings(const Registry& registry, const std::string& noun, int code) {
    std::vector<std::pair<std::string, std::string>> meanings;
    for (const auto* command : commands_of(registry, noun))
        for (const auto& ending : command->endings) {
            if (ending.code != code) continue;
            auto same = std::find_if(meanings.begin(), meanings.end(),
                                     [&](const auto& meaning) { return meaning.first == ending.meaning; });
            if (same == meanings.end())
                meanings.emplace_back(ending.meaning, mdoc_word(command->verb()));
            else
                same->second += " , " + mdoc_word(command->verb());
        }
    std::string text;
    for (const auto& [meaning, verbs] : meanings) text += fmt::format(".Pp\n.Cm {} :\n{}\n", verbs, mdoc_text(meaning));
    return text;
}

std::string exit_status(const Registry& registry, const std::string& noun) {
    std::string text = ".Bl -tag -width Ds\n";
    for (const auto& [code, meaning] : exit_meanings())
        text += fmt::format(".It {}\n{}\n{}", code, mdoc_text(meaning), endings(registry, noun, code));
    return text + ".El\n";
}

std::string marked(const std::string& name, const std::string& text) {
    return fmt::format(".\\\" generated: {0}\n{1}.\\\" end of {0}\n", name, text);
}

/// The page with another text between the two lines of that name.
std::string replaced(const std::string& path, const std::string& page, const std::string& name,
                     const std::string& text) {
    auto opening = fmt::format(".\\\" generated: {}\n", name);
    auto closing = fmt::format(".\\\" end of {}\n", name);
    auto begin = page.find(opening);
    auto end = page.find(closing);
    if (begin == std::string::npos || end == std::string::npos || end < begin)
        throw Error(Code::usage, fmt::format("{} has no place for its {}", path, name),
                    fmt::format("put the lines '{}' and '{}' where that belongs", opening.substr(0, opening.size() - 1),
                                closing.substr(0, closing.size() - 1)));
    return page.substr(0, begin) + marked(name, text) + page.substr(end + closing.size());
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

/// The lines before the first section. groff puts `BSD` into the header of a page that does not name its system.
std::string prologue(const std::string& date, const std::string& title) {
    return fmt::format(".Dd {}\n.ds doc-volume-operating-system rekey\n.Dt {} 1\n.Os rekey\n", date, title);
}

/// For a noun whose page nobody has written yet. The date is that of the program's page.
std::string begun(const Noun& noun, const std::string& date) {
    auto text = prologue(date, "REKEY-" + upper(noun.name));
    text += fmt::format(".Sh NAME\n.Nm rekey-{}\n.Nd {}\n", noun.name, noun.about);
    text += ".Sh SYNOPSIS\n" + marked("synopsis", "");
    text += fmt::format(".Sh DESCRIPTION\n{}\n", mdoc_text(noun.about));
    text += ".Sh OPTIONS\n" + marked("options", "");
    text += ".Sh EXIT STATUS\n" + marked("exit status", "");
    return text + ".Sh SEE ALSO\n.Xr rekey 1\n";
}

std::string date_of(const std::string& page) {
    auto begin = page.find(".Dd ");
    return begin == std::string::npos ? "" : page.substr(begin + 4, page.find('\n', begin) - begin - 4);
}

}  // namespace

Files man_pages(const Registry& registry, const Present& present) {
    Files files;
    auto main = present("man/rekey.1");
    auto fill = [&](const std::string& path, std::string page, const std::string& noun) {
        page = replaced(path, page, "synopsis", synopsis(registry, noun));
        page = replaced(path, page, "options", options(registry, noun));
        page = replaced(path, page, "exit status", exit_status(registry, noun));
        files[path] = std::move(page);
    };
    fill("man/rekey.1", replaced("man/rekey.1", main, "nouns", nouns(registry)), "");
    for (const auto& noun : registry.nouns()) {
        auto path = fmt::format("man/rekey-{}.1", noun.name);
        auto page = present(path);
        fill(path, page.empty() ? begun(noun, date_of(main)) : page, noun.name);
    }
    return files;
}

}  // namespace rekey::cli::generate
