#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"

namespace rekey::policy {

enum class Outlive { shorten, refuse };

/// What the file may say for all slots, for one type, or for one label. What is not set here is
/// taken from the next wider table, and at last from `Rules`' own defaults.
struct RuleSet {
    std::optional<Period> validity;
    std::optional<Period> renew_before;
    std::optional<Period> max_age;
    std::optional<std::string> key;
    std::optional<std::string> subject;           ///< template, as `CN={unit},O={organization}`
    std::optional<std::vector<std::string>> san;  ///< templates, as `dns:{unit}.fleet.example`
    std::optional<std::vector<std::string>> usages;
    std::optional<std::string> issuer;
    std::optional<std::vector<std::string>> allowed_keys;
    std::optional<std::vector<std::string>> allowed_signatures;
    std::optional<Outlive> outlive_issuer;
    std::optional<bool> revoke_superseded;
};

/// `config.toml`: `[defaults]`, `[type.NAME]`, `[label."KEY=VALUE"]`, and the rest at the top.
/// Where several labels of a unit say different things, the last in alphabetical order wins;
/// labels win over types, types over defaults.
struct REKEY_EXPORT Config {
    RuleSet defaults;
    std::map<std::string, RuleSet> types;
    std::map<std::string, RuleSet> labels;  ///< key: `KEY=VALUE`
    int jobs = 0;                           ///< 0: as many as suit the machine
    Seconds deadline{30};                   ///< for each answer of a unit's helper

    // Of `rekey agent` on this machine.
    std::vector<std::string> agent_roots;    ///< absolute; folders below them are served. Empty: all
    std::vector<std::string> agent_reloads;  ///< the reload commands that an agent with roots runs

    /// Throws Code::usage with file, line and column for what is not TOML, is not known, or has
    /// the wrong type or an impossible value.
    static Config parse(const std::string& text, const std::string& file_name);
    /// An empty configuration when `path` is not there and `required` is false.
    static Config load(const std::string& path, bool required);
};

}  // namespace rekey::policy
