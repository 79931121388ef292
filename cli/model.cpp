#include "model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>

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
    command.option("--config", "FILE", globals.config, "Configuration [$XDG_CONFIG_HOME/rekey/config.toml]");
    command.choice("--output", "FORMAT", globals.output, {"table", "json", "jsonl", "csv"}, "Form of what is printed");
    command.flag("--json", globals.json, "The same as --output json");
    command.flag("-q,--quiet", globals.quiet, "Say only what went wrong");
    command.flag("-v,--verbose", globals.verbose, "Say more about what is done");
    command.flag("--no-input", globals.no_input, "Never ask anything");
    for (auto* option : app.get_options()) option->group("Everywhere");
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
    : root_(
          std::make_unique<CLI::App>("Renews the certificates of units and keeps the trail from old to new", "rekey")) {
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
        reached(*root_, path);
        throw Error(Code::usage, printable(e.what()), fmt::format("see: {} --help", path));
    }
    return chosen();
}

}  // namespace rekey::cli
