#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session.hpp"

namespace CLI {
class App;
}

namespace rekey::cli {

/// One command's arguments and options, described once: parsing and help come from here. What is
/// bound must outlive the parse; commands keep it in a shared pointer that their `Run` captures.
class Command {
public:
    explicit Command(CLI::App& app) : app_(app) {}

    /// `name` as the synopsis shows it; must be given.
    void argument(const std::string& name, std::string& value, const std::string& about);
    /// Any number of them, also none.
    void arguments(const std::string& name, std::vector<std::string>& values, const std::string& about);

    /// `--name`, with the word for its value. A default goes into `value`.
    void option(const std::string& name, const std::string& word, std::string& value, const std::string& about);
    /// One that can be told from not given.
    void option(const std::string& name, const std::string& word, std::optional<std::string>& value,
                const std::string& about);
    /// One whose value may be left out, which gives an empty one.
    void optional_value(const std::string& name, const std::string& word, std::optional<std::string>& value,
                        const std::string& about);
    void required_option(const std::string& name, const std::string& word, std::string& value,
                         const std::string& about);
    /// Repeatable.
    void options(const std::string& name, const std::string& word, std::vector<std::string>& values,
                 const std::string& about);
    /// A whole number from `lowest` to `highest`.
    void number(const std::string& name, const std::string& word, std::int64_t& value, std::int64_t lowest,
                std::int64_t highest, const std::string& about);
    /// One of `choices`; they are shown in help.
    void choice(const std::string& name, const std::string& word, std::string& value,
                const std::vector<std::string>& choices, const std::string& about);
    void flag(const std::string& name, bool& value, const std::string& about);

private:
    CLI::App& app_;
};

/// What a command does once its options are read; the exit code of the process.
using Run = std::function<int(Session&)>;

/// The command line: nouns, verbs and their options.
class Registry {
public:
    explicit Registry(Globals& globals);
    ~Registry();

    /// A word that groups commands: `certs`.
    void noun(const std::string& name, const std::string& about);
    /// `path`: `init`, or noun and verb: `certs renew`. `describe` adds the options and says what is run.
    void command(const std::string& path, const std::string& about, const std::function<Run(Command&)>& describe);

    /// What is to be run. Help and version print themselves and run as nothing. Throws Code::usage.
    Run parse(int argc, char** argv);

private:
    Run chosen() const;

    std::unique_ptr<CLI::App> root_;
    std::map<const CLI::App*, Run> runs_;
};

}  // namespace rekey::cli
