#include "model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <utility>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/version.hpp"

namespace rekey::cli {

void Command::argument(const std::string& name, std::string& value, const std::string& about) {
    app_.add_option(name, value, about)->required()->type_name("");
}

void Command::arguments(const std::string& name, std::vector<std::string>& values, const std::string& about) {
    app_.add_option(name, values, about)->type_name("");
}

void Command::option(const std::string& name, const std::string& word, std::string& value, const std::string& about) {
    app_.add_option(name, value, about)->type_name(word);
}

void Command::option(const std::string& name, const std::string& word, std::optional<std::string>& value,
                     const std::string& about) {
    app_.add_option_function<std::string>(
            name, [&value](const std::string& given) { value = given; }, about)
        ->type_name(word);
}

void Command::optional_value(const std::string& name, const std::string& word, std::optional<std::string>& value,
                             const std::string& about) {
    app_.add_option_function<std::vector<std::string>>(
            name, [&value](const std::vector<std::string>& given) { value = given.empty() ? "" : given.front(); },
            about)
        ->type_name(fmt::format("[{}]", word))
        ->expected(0, 1);
}

void Command::required_option(const std::string& name, const std::string& word, std::string& value,
                              const std::string& about) {
    app_.add_option(name, value, about)->type_name(word)->required();
}

void Command::options(const std::string& name, const std::string& word, std::vector<std::string>& values,
                      const std::string& about) {
    app_.add_option(name, values, about)->type_name(word)->allow_extra_args(false);
}

void Command::number(const std::string& name, const std::string& word, std::int64_t& value, std::int64_t lowest,
                     std::int64_t highest, const std::string& about) {
    auto* option = app_.add_option(name, value, about)->type_name(word);
    option->check(CLI::Range(lowest, highest).description(""));
    if (option->get_positional()) option->required();
}

void Command::choice(const std::string& name, const std::string& word, std::string& value,
                     const std::vector<std::string>& choices, const std::string& about) {
    app_.add_option(name, value, fmt::format("{}: {}", about, fmt::join(choices, ", ")))
        ->type_name(word)
        ->check(CLI::IsMember(choices).description(""));
}

void Command::flag(const std::string& name, bool& value, const std::string& about) {
    app_.add_flag(name, value, about);
}

namespace {

void add_globals(CLI::App& app, Globals& globals) {
    Command command(app);
    command.option("--home", "DIR", globals.home, "Folder with everything [$REKEY_HOME, else $XDG_DATA_HOME/rekey]");
    command.option("--home-passphrase-file", "FILE", globals.home_passphrase_file,
                   "Passphrase that the home is under [asked for, or passed by systemd]");
    command.option("--config", "FILE", globals.config, "Configuration [$XDG_CONFIG_HOME/rekey/config.toml]");
    command.choice("--output", "FORMAT", globals.output, {"table", "json", "jsonl", "csv"}, "Form of what is printed");
    command.flag("--json", globals.json, "The same as --output json");
    command.choice("--log-format", "FORMAT", globals.log_format, {"text", "json"}, "Form of messages on stderr");
    // Known as soon as it is read, so that what is wrong with the rest of the line is said in it.
    app.get_option("--log-format")->trigger_on_parse();
    command.flag("-q,--quiet", globals.quiet, "Say only what went wrong");
    command.flag("-v,--verbose", globals.verbose, "Say more about what is done");
    command.flag("--no-input", globals.no_input, "Never ask anything");
    for (auto* option : app.get_options()) option->group("Everywhere");
}

/// Single edits that lead from one word to the other.
std::size_t distance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t i = 0; i <= to.size(); ++i) row[i] = i;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= to.size(); ++j) {
            auto changed = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row[to.size()];
}

/// The parser gives what it did not expect in its own order; people read from the left.
std::string first_word(int argc, char** argv, const std::vector<std::string>& extras) {
    for (int i = 1; i < argc; ++i)
        if (std::find(extras.begin(), extras.end(), argv[i]) != extras.end()) return argv[i];
    return extras.front();
}

Error unknown_command(const CLI::App& app, const std::string& path, const std::string& word) {
    constexpr std::size_t near = 2;
    std::string hint = fmt::format("see: {} --help", path);
    std::size_t best = near + 1;
    for (const auto* candidate : app.get_subcommands([](const CLI::App*) { return true; })) {
        auto steps = distance(word, candidate->get_name());
        if (steps >= best) continue;
        best = steps;
        hint = fmt::format("did you mean: {} {}", path, candidate->get_name());
    }
    return Error(Code::usage, fmt::format("there is no command '{} {}'", path, printable(word)), hint);
}

/// The deepest command that the line named.
const CLI::App& reached(const CLI::App& root, std::string& path) {
    const CLI::App* app = &root;
    path = "rekey";
    while (!app->get_subcommands().empty()) {
        app = app->get_subcommands().front();
        path += " " + app->get_name();
    }
    return *app;
}

}  // namespace

Registry::Registry(Globals& globals)
    : root_(std::make_unique<CLI::App>("Renews the certificates of units and rotates the API credentials of tenants",
                                       "rekey")) {
    root_->set_version_flag("--version", std::string("rekey ") + version);
    root_->fallthrough();
    root_->require_subcommand(0, 1);
    add_globals(*root_, globals);
}

Registry::~Registry() = default;

void Registry::noun(const std::string& name, const std::string& about) {
    root_->add_subcommand(name, about)->require_subcommand(0, 1);
}

void Registry::command(const std::string& path, const std::string& about,
                       const std::function<Run(Command&)>& describe) {
    auto space = path.find(' ');
    auto* parent = space == std::string::npos ? root_.get() : root_->get_subcommand(path.substr(0, space));
    auto* app = parent->add_subcommand(space == std::string::npos ? path : path.substr(space + 1), about);
    Command command(*app);
    runs_[app] = describe(command);
}

Run Registry::chosen() const {
    std::string path;
    const auto& app = reached(*root_, path);
    if (auto found = runs_.find(&app); found != runs_.end()) return found->second;
    throw Error(Code::usage, &app == root_.get() ? "a command is missing" : fmt::format("'{}' needs a command", path),
                fmt::format("see: {} --help", path));
}

Run Registry::parse(int argc, char** argv) {
    try {
        root_->parse(argc, argv);
    } catch (const CLI::Success& e) {
        root_->exit(e);
        return [](Session&) { return 0; };
    } catch (const CLI::ParseError& e) {
        std::string path;
        const auto& app = reached(*root_, path);
        // Above the verbs nothing but commands is expected.
        auto extras = root_->remaining(true);
        if (!runs_.contains(&app) && !extras.empty()) throw unknown_command(app, path, first_word(argc, argv, extras));
        throw Error(Code::usage, printable(e.what()), fmt::format("see: {} --help", path));
    }
    return chosen();
}

}  // namespace rekey::cli
