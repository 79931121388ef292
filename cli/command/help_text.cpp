#include "command/help_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "command/arguments.hpp"
#include "command/exit_code.hpp"
#include "output/terminal.hpp"

namespace rekey::cli {

namespace {

/// Where no terminal says otherwise; and lines that are longer are hard to read.
constexpr std::size_t usual_width = 80;
constexpr std::size_t narrowest_help = 40;
constexpr std::size_t widest_help = 100;
constexpr std::size_t widest_name = 28;

using Row = std::pair<std::string, std::string>;

std::size_t line_width() {
    return std::clamp(terminal_width(STDOUT_FILENO).value_or(usual_width), narrowest_help, widest_help);
}

/// Two columns below a title; what is said of a name begins on the next line when the name is long.
std::string table(const std::string& title, const std::vector<Row>& rows) {
    if (rows.empty()) return "";
    std::size_t width = 0;
    for (const auto& [name, about] : rows)
        if (name.size() <= widest_name) width = std::max(width, name.size());
    std::string text = title.empty() ? "" : "\n" + title + ":\n";
    std::string indent(width + 4, ' ');
    const auto line_end = line_width();
    for (const auto& [name, about] : rows) {
        auto line = fmt::format("  {:<{}}", name, width);
        if (name.size() > width && !about.empty()) line += "\n" + std::string(width + 2, ' ');
        auto used = width + 2;
        std::size_t begin = 0;
        while (begin < about.size()) {
            auto end = std::min(about.find(' ', begin), about.size());
            bool first = begin == 0;
            if (!first && used + 1 + end - begin > line_end) {
                line += "\n" + indent;
                used = indent.size();
            } else {
                line += first ? "  " : " ";
                used += first ? 2 : 1;
            }
            line += about.substr(begin, end - begin);
            used += end - begin;
            begin = end + 1;
        }
        text += line + "\n";
    }
    return text;
}

std::string label(const Parameter& parameter) {
    if (!parameter.is_option()) return parameter.word + (parameter.repeats ? " ..." : "");
    auto text = fmt::format("{}", fmt::join(parameter.names, ", "));
    if (parameter.word.empty()) return text;
    return text + (parameter.may_lack_value ? fmt::format(" [{}]", parameter.word) : " " + parameter.word);
}

std::string about(const Parameter& parameter) {
    if (parameter.choices.empty()) return parameter.about;
    return fmt::format("{}: {}", parameter.about, fmt::join(parameter.choices, ", "));
}

std::vector<Row> rows_of(const Description& description, bool options) {
    std::vector<Row> rows;
    for (const auto& parameter : description.parameters)
        if (parameter.is_option() == options) rows.emplace_back(label(parameter), about(parameter));
    return rows;
}

std::string examples_of(const std::vector<Example>& examples) {
    std::vector<Row> rows;
    std::string text = "\n";
    for (const auto& example : examples)
        text += example.about.empty() ? fmt::format("  {}\n", example.line)
                                      : fmt::format("  # {}\n  {}\n", example.about, example.line);
    return examples.empty() ? "" : text;
}

std::string of_command(const Description& command) {
    std::vector<Row> endings;
    for (const auto& ending : command.endings) endings.emplace_back(std::to_string(ending.code), ending.meaning);
    auto text = fmt::format("{}\n{}\nUsage: {}\n", command.about, examples_of(command.examples), command.usage());
    text += table("Arguments", rows_of(command, false));
    text += table("Options", rows_of(command, true));
    text += table("Exit status, besides that of all commands", endings);
    return text + "\nOptions of all commands (--home, --output, ...): rekey --help\n";
}

/// Some of a noun's examples: the first of each command, as far as a screen has room for them.
std::vector<Example> first_examples(const Registry& registry, const std::string& noun) {
    constexpr std::size_t enough = 4;
    std::vector<Example> examples;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun && !command.examples.empty() && examples.size() < enough)
            examples.push_back(command.examples.front());
    return examples;
}

std::vector<Row> commands_of(const Registry& registry, const std::string& noun) {
    std::vector<Row> rows;
    for (const auto& command : registry.commands())
        if (!command.hidden && command.noun() == noun) rows.emplace_back(command.verb(), command.about);
    return rows;
}

std::string of_noun(const Registry& registry, const Noun& noun) {
    return fmt::format("{}\n{}\nUsage: rekey {} COMMAND ...\n{}\nMore: rekey {} COMMAND --help, man rekey-{}\n",
                       noun.about, examples_of(first_examples(registry, noun.name)), noun.name,
                       table("Commands", commands_of(registry, noun.name)), noun.name, noun.name);
}

std::string of_all(const Registry& registry) {
    std::vector<Row> nouns;
    for (const auto& noun : registry.nouns()) nouns.emplace_back(noun.name, noun.about);
    std::vector<Row> endings;
    for (const auto& ending : exit_meanings()) endings.emplace_back(std::to_string(ending.code), ending.meaning);
    std::vector<Example> examples{{"rekey init --organization Example", "make a home with a local CA, and add a unit"},
                                  {"rekey units add pump-1 dir:/srv/units/pump-1 --type online", ""},
                                  {"rekey certs generate pump-1", "make its first certificates, and list all"},
                                  {"rekey certs list", ""},
                                  {"rekey certs renew --due", "renew what policy says is due (for cron)"}};
    auto options = rows_of(registry.everywhere(), true);
    options.emplace_back("-h, --help", "Print help: for everything, a noun or a command");
    options.emplace_back("--version", "Print the version");
    auto text = fmt::format(
        "Renews the certificates of units and rotates the API credentials of tenants\n{}\n"
        "Usage: rekey COMMAND ... or rekey NOUN COMMAND ...\n",
        examples_of(examples));
    text += table("Nouns", nouns) + table("Commands", commands_of(registry, ""));
    text += table("Options of all commands", options) + table("Exit status", endings);
    return text + "\nMore: rekey NOUN --help, rekey help NOUN COMMAND, man rekey\n";
}

}  // namespace

std::string help_text(const Registry& registry, const std::string& path) {
    if (const auto* command = registry.find_command(path)) return of_command(*command);
    if (const auto* noun = registry.find_noun(path)) return of_noun(registry, *noun);
    return of_all(registry);
}

int print_help(const std::string& text) {
    write_out(text);
    return exit_done;
}

}  // namespace rekey::cli
