#include "command/model.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/text/shortened.hpp"
#include "command/help_text.hpp"
#include "command/usage_errors.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

/// What the word for a value means, or else the name of its option.
Values values_of(const std::string& word, const std::string& option, Values name_is) {
    static const std::map<std::string, Values> known{
        {"FILE", Values::file},           {"F", Values::file},
        {"DIR", Values::folder},          {"UNIT", Values::unit},
        {"SLOT", Values::slot},           {"UNIT|SLOT", Values::unit_or_slot},
        {"NUMBER|SLOT", Values::slot},    {"TENANT", Values::tenant},
        {"TYPE", Values::type},           {"--issuer", Values::issuer},
        {"--tenant", Values::tenant},     {"--type", Values::type},
        {"--label", Values::label},       {"--label-is", Values::label},
        {"REV", Values::policy_revision}, {"--revision", Values::policy_revision}};
    if (auto found = known.find(option); found != known.end()) return found->second;
    if (word == "NAME") return name_is;
    auto found = known.find(word);
    return found == known.end() ? Values::text : found->second;
}

bool is_among(const std::string& word, const std::vector<std::string>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

const std::vector<std::string>& forms_of_output() {
    static const std::vector<std::string> forms{"table", "json", "jsonl", "csv"};
    return forms;
}

std::vector<std::string> split_names(const std::string& names) {
    auto comma = names.find(',');
    if (comma == std::string::npos) return {names};
    return {names.substr(0, comma), names.substr(comma + 1)};
}

void add_globals(Command& command, Globals& globals) {
    command.option("--home", "DIR", globals.home, "Folder of the home [$REKEY_HOME, else $XDG_DATA_HOME/rekey]");
    command.option("--home-passphrase-file", "FILE", globals.home_passphrase_file,
                   "File whose first line is the home's passphrase [asked for, or passed by systemd]");
    command.option("--config", "FILE", globals.config, "Configuration file [$XDG_CONFIG_HOME/rekey/config.toml]");
    command.choice("--output", "FORMAT", globals.output, forms_of_output(), "Format of what is printed");
    command.flag("--json", globals.json, "The same as --output json");
    command.choice("--log-format", "FORMAT", globals.log_format, {"text", "json"}, "Format of messages on stderr");
    command.choice("--color", "WHEN", globals.color, {"auto", "always", "never"},
                   "Colour rows of tables by how urgent they are [auto: on a terminal, unless $NO_COLOR is set]");
    command.flag("--wide", globals.wide, "Show whole certificate numbers and all columns in tables");
    command.flag("-q,--quiet", globals.quiet, "Print only what went wrong");
    command.flag("-v,--verbose", globals.verbose, "Print more about what is done");
    command.flag("--no-input", globals.no_input, "Never ask a question");
}

bool is_number_within(const std::string& text, std::int64_t lowest, std::int64_t highest) {
    std::int64_t number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && end == text.data() + text.size() && number >= lowest && number <= highest;
}

/// The deepest command that the line named.
const CLI::App& reached(const CLI::App& root, std::string& path) {
    const CLI::App* app = &root;
    while (!app->get_subcommands().empty()) {
        app = app->get_subcommands().front();
        path += (path.empty() ? "" : " ") + app->get_name();
    }
    return *app;
}

/// Longer than what is stored of any value, and than a path can be.
constexpr std::size_t longest_value = 4096;

/// What was typed is text that can be shown, stored and written in JSON. Names of files are bytes: what is stored of
/// them is checked where it is.
void require_text(const CLI::App& app, const Description& description) {
    for (const auto& parameter : description.parameters) {
        if (parameter.is_option() && parameter.word.empty()) continue;
        bool names_file = parameter.values == Values::file || parameter.values == Values::folder;
        for (const auto& value : app.get_option(parameter.name())->results()) {
            if (value.size() > longest_value)
                throw Error(Code::usage, fmt::format("{} is longer than {} bytes", parameter.name(), longest_value));
            if (!names_file && printable(value) != value)
                throw Error(Code::usage,
                            fmt::format("{}: '{}' is not a text that can be shown", parameter.name(), shortened(value)),
                            "it has a control character, or bytes that are not UTF-8");
        }
    }
}

}  // namespace

const Parameter* Description::option(const std::string& name) const {
    for (const auto& parameter : parameters)
        if (std::find(parameter.names.begin(), parameter.names.end(), name) != parameter.names.end()) return &parameter;
    return nullptr;
}

std::string Description::usage() const {
    std::string line = "rekey " + path;
    bool options = false;
    for (const auto& parameter : parameters) {
        options = options || (parameter.is_option() && !parameter.required);
        if (parameter.is_option() && parameter.required)
            line += fmt::format(" {} {}", parameter.name(), parameter.word);
        if (parameter.is_option()) continue;
        line += parameter.repeats    ? fmt::format(" [{} ...]", parameter.word)
                : parameter.required ? " " + parameter.word
                                     : fmt::format(" [{}]", parameter.word);
    }
    return options ? line + " [OPTION ...]" : line;
}

Parameter& Command::add(const std::string& name, const std::string& word, const std::string& about) {
    auto& parameter = description_.parameters.emplace_back();
    bool option = name.starts_with('-');
    if (option) parameter.names = split_names(name);
    parameter.word = option ? word : name;
    parameter.about = about;
    parameter.values = values_of(parameter.word, name, name_is_);
    return parameter;
}

Parameter& Command::argument(const std::string& name, std::string& value, const std::string& about) {
    app_.add_option(name, value)->required();
    auto& parameter = add(name, "", about);
    parameter.required = true;
    return parameter;
}

Parameter& Command::optional_argument(const std::string& name, std::string& value, const std::string& about) {
    app_.add_option(name, value);
    return add(name, "", about);
}

Parameter& Command::arguments(const std::string& name, std::vector<std::string>& values, const std::string& about) {
    app_.add_option(name, values);
    auto& parameter = add(name, "", about);
    parameter.repeats = true;
    return parameter;
}

Parameter& Command::option(const std::string& name, const std::string& word, std::string& value,
                           const std::string& about) {
    app_.add_option(name, value)->type_name(word);
    return add(name, word, about);
}

Parameter& Command::option(const std::string& name, const std::string& word, std::optional<std::string>& value,
                           const std::string& about) {
    app_.add_option_function<std::string>(name, [&value](const std::string& given) { value = given; })->type_name(word);
    return add(name, word, about);
}

Parameter& Command::optional_value(const std::string& name, const std::string& word, std::optional<std::string>& value,
                                   const std::string& about) {
    app_.add_option_function<std::vector<std::string>>(
            name, [&value](const std::vector<std::string>& given) { value = given.empty() ? "" : given.front(); })
        ->type_name(word)
        ->expected(0, 1);
    auto& parameter = add(name, word, about);
    parameter.may_lack_value = true;
    return parameter;
}

Parameter& Command::required_option(const std::string& name, const std::string& word, std::string& value,
                                    const std::string& about) {
    app_.add_option(name, value)->type_name(word)->required();
    auto& parameter = add(name, word, about);
    parameter.required = true;
    return parameter;
}

Parameter& Command::options(const std::string& name, const std::string& word, std::vector<std::string>& values,
                            const std::string& about) {
    app_.add_option(name, values)->type_name(word)->allow_extra_args(false);
    auto& parameter = add(name, word, about);
    parameter.repeats = true;
    return parameter;
}

Parameter& Command::number(const std::string& name, const std::string& word, std::int64_t& value, std::int64_t lowest,
                           std::int64_t highest, const std::string& about) {
    auto* option = app_.add_option(name, value)->type_name(word);
    option->check([name, lowest, highest](const std::string& given) -> std::string {
        if (is_number_within(given, lowest, highest)) return "";
        throw no_such_number(name, given, lowest, highest);
    });
    if (option->get_positional()) option->required();
    auto& parameter = add(name, word, about);
    parameter.required = option->get_required();
    return parameter;
}

Parameter& Command::choice(const std::string& name, const std::string& word, std::string& value,
                           const std::vector<std::string>& choices, const std::string& about) {
    app_.add_option(name, value)->type_name(word)->check([name, choices](const std::string& given) -> std::string {
        if (is_among(given, choices)) return "";
        throw no_such_choice(name, given, choices);
    });
    auto& parameter = add(name, word, about);
    parameter.choices = choices;
    parameter.values = Values::choice;
    return parameter;
}

void Command::flag(const std::string& name, bool& value, const std::string& about) {
    app_.add_flag(name, value)->disable_flag_override();
    add(name, "", about);
}

void Command::file_form(std::string& value, const std::vector<std::string>& choices, const std::string& about) {
    const std::string name = "--output";
    auto take = [&value, &output = globals_.output, choices](const std::string& given) {
        (is_among(given, choices) ? value : output) = given;
    };
    auto check = [name, choices](const std::string& given) -> std::string {
        if (is_among(given, choices) || is_among(given, forms_of_output())) return "";
        throw no_such_choice(name, given, choices);
    };
    app_.add_option_function<std::string>(name + ",--format", take)->type_name("FORMAT")->check(check);
    auto& parameter = add(name, "FORMAT", about);
    parameter.choices = choices;
    parameter.values = Values::choice;
}

void Command::hidden_option(const std::string& name, std::optional<std::string>& value) {
    app_.add_option_function<std::string>(name, [&value](const std::string& given) { value = given; });
}

void Command::example(const std::string& line, const std::string& about) {
    description_.examples.push_back({line, about});
}

void Command::ending(int code, const std::string& meaning) { description_.endings.push_back({code, meaning}); }

Registry::Registry(Globals& globals) : globals_(globals), root_(std::make_unique<CLI::App>("", "rekey")) {
    root_->set_version_flag("--version", std::string("rekey ") + version());
    root_->fallthrough();
    root_->require_subcommand(0, 1);
    Command command(*root_, everywhere_, Values::text, globals_);
    add_globals(command, globals);
    // Known as soon as it is read, so that what is wrong with the rest of the line is said in it.
    root_->get_option("--log-format")->trigger_on_parse();
}

Registry::~Registry() = default;

void Registry::noun(const std::string& name, const std::string& about, Values values) {
    root_->add_subcommand(name)->require_subcommand(0, 1);
    nouns_.push_back({name, about, values});
}

void Registry::add(const std::string& path, const std::string& about, Describe describe, bool hidden) {
    auto& description = commands_.emplace_back();
    description.path = path;
    description.about = about;
    description.hidden = hidden;
    undescribed_.push_back(std::move(describe));
    if (!description.noun().empty() && find_noun(description.noun()) == nullptr)
        throw Error(Code::usage, fmt::format("'{}' belongs to a noun that is not registered", path),
                    "name the noun in cli/commands.cpp");
}

void Registry::command(const std::string& path, const std::string& about, Describe describe) {
    add(path, about, std::move(describe), false);
}

void Registry::hidden_command(const std::string& path, Describe describe) { add(path, "", std::move(describe), true); }

void Registry::describe(std::size_t index) const {
    auto describe = std::exchange(undescribed_[index], nullptr);
    if (!describe) return;
    auto& description = commands_[index];
    const auto* noun = find_noun(description.noun());
    auto* parent = noun == nullptr ? root_.get() : root_->get_subcommand(noun->name);
    auto* app = parent->add_subcommand(description.verb());
    Command command(*app, description, noun == nullptr ? Values::text : noun->values, globals_);
    runs_[app] = describe(command);
}

void Registry::describe_those_in(const std::vector<std::string>& words) {
    auto has = [&](const std::string& word) { return std::find(words.begin(), words.end(), word) != words.end(); };
    for (std::size_t i = 0; i < commands_.size(); ++i) {
        auto noun = commands_[i].noun();
        if ((noun.empty() || has(noun)) && has(commands_[i].verb())) describe(i);
    }
}

const std::deque<Description>& Registry::commands() const {
    for (std::size_t i = 0; i < commands_.size(); ++i) describe(i);
    return commands_;
}

const Noun* Registry::find_noun(const std::string& name) const {
    auto found = std::find_if(nouns_.begin(), nouns_.end(), [&](const Noun& noun) { return noun.name == name; });
    return found == nouns_.end() ? nullptr : &*found;
}

const Description* Registry::find_command(const std::string& path) const {
    auto found = std::find_if(commands_.begin(), commands_.end(),
                              [&](const Description& command) { return command.path == path; });
    if (found == commands_.end()) return nullptr;
    describe(static_cast<std::size_t>(found - commands_.begin()));
    return &*found;
}

Run Registry::parse(int argc, const char* const* argv) {
    std::string path;
    std::vector<std::string> words(argv + 1, argv + argc);
    describe_those_in(words);
    try {
        root_->parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        reached(*root_, path);
        return [text = help_text(*this, path)](Session&) { return print_help(text); };
    } catch (const CLI::Success& e) {
        root_->exit(e);
        return [](Session&) { return 0; };
    } catch (const CLI::RequiredError&) {
        const auto& app = reached(*root_, path);
        // Of an option that there is not, nothing can be missing.
        auto extras = root_->remaining(true);
        if (std::any_of(extras.begin(), extras.end(), [](const auto& word) { return word.starts_with('-'); }))
            throw not_expected(*this, path, words, extras, runs_.contains(&app));
        std::vector<std::string> missing;
        for (const auto* option : app.get_options())
            if (option->get_required() && option->count() == 0) missing.push_back(option->get_name());
        throw incomplete(*this, path, missing);
    } catch (const CLI::ArgumentMismatch& e) {
        const auto& app = reached(*root_, path);
        std::string what = e.what();
        if (auto name = what.find(" was given a disallowed flag override"); name != std::string::npos)
            throw misread(*this, path,
                          fmt::format("{}{} takes no value", name == 1 ? "-" : "--", what.substr(0, name)));
        auto option = what.substr(0, what.find(':'));
        const auto* given = app.get_option_no_throw(option);
        if (given == nullptr) given = root_->get_option_no_throw(option);
        if (given != nullptr && given->count() > 1) throw misread(*this, path, option + " is given more than once");
        bool takes_none = given != nullptr && given->get_items_expected_max() == 0;
        throw takes_none ? misread(*this, path, option + " takes no value") : lacks_value(*this, path, option);
    } catch (const CLI::ParseError& e) {
        const auto& app = reached(*root_, path);
        auto extras = root_->remaining(true);
        if (extras.empty()) throw misread(*this, path, printable(e.what()));
        throw not_expected(*this, path, words, extras, runs_.contains(&app));
    }
    const auto& app = reached(*root_, path);
    auto found = runs_.find(&app);
    if (found == runs_.end() && path.empty())
        return [text = help_text(*this, path)](Session&) { return print_help(text); };
    if (found == runs_.end()) throw unfinished(*this, path);
    require_text(*root_, everywhere_);
    require_text(app, *find_command(path));
    return found->second;
}

}  // namespace rekey::cli
