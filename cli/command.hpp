#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "rekey/base/names.hpp"
#include "rekey/units/units.hpp"
#include "session.hpp"

namespace rekey::cli {

/// What a command does once its options are read; the exit code of the process.
using Run = std::function<int(Session&)>;

/// The command model: nouns, verbs, their options and choices, described once.
class Registry {
public:
    explicit Registry(CLI::App& root) : root_(root) {}

    /// A word that groups commands: `certs`.
    void noun(const std::string& name, const std::string& about);
    /// `path`: `init`, or noun and verb: `certs renew`. `describe` adds the options and says what is run.
    void command(const std::string& path, const std::string& about, const std::function<Run(CLI::App&)>& describe);

    /// What the parsed command line asks for; throws Code::usage when it stops at a noun.
    const Run& chosen() const;

private:
    CLI::App& root_;
    std::map<const CLI::App*, Run> runs_;
};

/// `K=V` options as labels. Throws Code::usage.
store::Labels parse_labels(const std::vector<std::string>& texts);
/// Throws Code::usage with the two forms of a slot's name.
SlotName parse_slot(const std::string& text);
/// A period as people write it; `option` is for the message. Throws Code::usage.
Period parse_period(const std::string& text, const std::string& option);
/// The unit of that name. Throws Code::not_found.
store::Unit get_unit(store::Store& store, const std::string& name);
/// The slot of that name. Throws Code::not_found.
store::Slot get_slot(store::Store& store, const SlotName& name);
/// The one certificate that NUMBER (a prefix of four digits will do) or SLOT names. Throws
/// Code::not_found, or Code::usage naming the candidates.
store::Certificate get_certificate(store::Store& store, const std::string& number_or_slot);
/// To stdout, or into a new file.
void write_out(const std::string& content);

}  // namespace rekey::cli
