#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "command/session.hpp"

namespace CLI {
class App;
}

namespace rekey::cli {

/// What a value names; completions offer that.
enum class Values {
    text,
    choice,
    file,
    folder,
    unit,
    slot,
    unit_or_slot,
    type,
    tenant,
    credential,
    issuer,
    run,
    run_or_slot,
    policy_revision,
    label,      ///< KEY=VALUE
    label_key,  ///< KEY
    address,    ///< of a unit: `dir:` and a folder, or another scheme
    command
};

/// An argument or an option of a command, as help, manual pages and completions show it.
struct Parameter {
    std::vector<std::string> names;  ///< `-q` and `--quiet`; none: an argument
    std::string word;                ///< for its value; empty: there is none
    std::string about;
    std::vector<std::string> choices;
    Values values = Values::text;
    bool required = false;
    bool repeats = false;
    bool may_lack_value = false;

    bool is_option() const { return !names.empty(); }
    /// `--jobs`: the last of the names.
    const std::string& name() const { return is_option() ? names.back() : word; }

    /// Where the word for the value does not say what is meant.
    void takes(Values what) { values = what; }
};

struct Example {
    std::string line;   ///< as it is typed: `rekey certs renew --due`
    std::string about;  ///< what it does; may be empty
};

/// What an exit code means for one command, where that is more than what it means for all.
struct Ending {
    int code;
    std::string meaning;
};

/// One command, as it is described in its file.
struct Description {
    std::string path;  ///< `init` or `certs renew`
    std::string about;
    std::vector<Parameter> parameters;
    std::vector<Example> examples;
    std::vector<Ending> endings;
    bool hidden = false;  ///< for programs: help, pages and completions do not know it

    /// Of a noun: the word before its verb. Empty for a command without.
    std::string noun() const { return path.substr(0, path.find(' ') == std::string::npos ? 0 : path.find(' ')); }
    std::string verb() const { return path.substr(path.find(' ') == std::string::npos ? 0 : path.find(' ') + 1); }
    /// The option with that name, or null.
    const Parameter* option(const std::string& name) const;
    /// `rekey certs export NUMBER|SLOT [OPTION ...]`.
    std::string usage() const;
};

struct Noun {
    std::string name;
    std::string about;
    Values values = Values::text;  ///< what NAME stands for in its commands
};

/// Describes one command: parsing, help, manual pages and completions come from here. What is bound
/// must outlive the parse; commands keep it in a shared pointer that their `Run` captures.
///
/// What a value names follows from its word: FILE, F, DIR, UNIT, SLOT, UNIT|SLOT, NUMBER|SLOT, TENANT, TYPE,
/// and for NAME from the noun; or from the option: --issuer, --tenant, --type. Elsewhere `.takes(Values::…)`
/// says so.
class Command {
public:
    Command(CLI::App& app, Description& description, Values name_is, Globals& globals)
        : app_(app), description_(description), name_is_(name_is), globals_(globals) {}

    /// `name` as the synopsis shows it; must be given.
    Parameter& argument(const std::string& name, std::string& value, const std::string& about);
    /// One that may be left out, if an option replaces it.
    Parameter& optional_argument(const std::string& name, std::string& value, const std::string& about);
    /// Any number of them, also none.
    Parameter& arguments(const std::string& name, std::vector<std::string>& values, const std::string& about);

    /// `--name`, with the word for its value. A default goes into `value`.
    Parameter& option(const std::string& name, const std::string& word, std::string& value, const std::string& about);
    /// One for which "not given" differs from any value.
    Parameter& option(const std::string& name, const std::string& word, std::optional<std::string>& value,
                      const std::string& about);
    /// One whose value may be left out, which gives an empty one.
    Parameter& optional_value(const std::string& name, const std::string& word, std::optional<std::string>& value,
                              const std::string& about);
    Parameter& required_option(const std::string& name, const std::string& word, std::string& value,
                               const std::string& about);
    /// Repeatable.
    Parameter& options(const std::string& name, const std::string& word, std::vector<std::string>& values,
                       const std::string& about);
    /// A whole number from `lowest` to `highest`; an argument when `name` does not begin with `-`.
    Parameter& number(const std::string& name, const std::string& word, std::int64_t& value, std::int64_t lowest,
                      std::int64_t highest, const std::string& about);
    /// One of `choices`; they are shown in help.
    Parameter& choice(const std::string& name, const std::string& word, std::string& value,
                      const std::vector<std::string>& choices, const std::string& about);
    void flag(const std::string& name, bool& value, const std::string& about);
    /// `--output`: the form of the file that this command writes, one of `choices`; `form_of_file` knows it where
    /// nothing is said. Forms of what is printed that are
    /// none of these mean what they mean for every command. `--format`, which said it in older versions, is read too,
    /// and shown nowhere.
    void file_form(std::string& value, const std::vector<std::string>& choices, const std::string& about);
    /// One of older versions: read as any other, and neither help nor pages nor completions know it.
    void hidden_option(const std::string& name, std::optional<std::string>& value);

    /// Help begins with these. A test parses each of them.
    void example(const std::string& line, const std::string& about = "");
    /// For an exit code that means more here than `exit_meanings` says.
    void ending(int code, const std::string& meaning);

private:
    Parameter& add(const std::string& name, const std::string& word, const std::string& about);

    CLI::App& app_;
    Description& description_;
    Values name_is_;
    Globals& globals_;
};

/// What a command does once its options are read; the exit code of the process.
using Run = std::function<int(Session&)>;

/// The command line: nouns, verbs and their options.
///
/// A new command is a file `commands/NOUN/VERB.cpp` with a function `NOUN_VERB`, and that name in the list
/// of cli/CMakeLists.txt. Then `cmake --build BUILD --target generate` brings manual pages and
/// completions up to date; a test fails while they are not.
///
/// A command is described when it is asked for, or when the line has all words of its path: describing all of them
/// takes longer than most commands do.
class Registry {
public:
    explicit Registry(Globals& globals);
    ~Registry();

    /// A word that groups commands: `certs`. `values`: what NAME means behind it.
    void noun(const std::string& name, const std::string& about, Values values = Values::text);
    /// Adds the options of a command, and says what is run.
    using Describe = std::function<Run(Command&)>;
    /// `path`: `init`, or noun and verb: `certs renew`.
    void command(const std::string& path, const std::string& about, Describe describe);
    /// The same for one that only programs use.
    void hidden_command(const std::string& path, Describe describe);

    /// What is to be run. Help and version print themselves and run as nothing. Throws Code::usage.
    Run parse(int argc, const char* const* argv);

    const std::deque<Noun>& nouns() const { return nouns_; }
    const std::deque<Description>& commands() const;
    /// Options that every command knows.
    const Description& everywhere() const { return everywhere_; }

    const Noun* find_noun(const std::string& name) const;
    const Description* find_command(const std::string& path) const;

private:
    void add(const std::string& path, const std::string& about, Describe describe, bool hidden);
    void describe(std::size_t index) const;
    void describe_those_in(const std::vector<std::string>& words);

    Globals& globals_;
    std::deque<Noun> nouns_;
    mutable std::deque<Description> commands_;
    mutable std::vector<Describe> undescribed_;  ///< of each command; empty once it is described
    mutable std::map<const CLI::App*, Run> runs_;
    Description everywhere_;
    std::unique_ptr<CLI::App> root_;
};

}  // namespace rekey::cli
