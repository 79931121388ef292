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
    std::optional<Period> renew_spread;
    std::optional<Period> max_age;
    std::optional<std::string> key;
    std::optional<std::string> subject;           ///< template, as `CN={unit},O={organization}`
    std::optional<std::vector<std::string>> san;  ///< templates, as `dns:{unit}.fleet.example`
    std::optional<std::vector<std::string>> usages;
    std::optional<std::vector<std::string>> key_usage;
    std::optional<std::vector<std::string>> certificate_policies;
    std::optional<std::vector<std::string>> crl_urls;
    std::optional<std::vector<std::string>> ocsp_urls;
    std::optional<std::vector<std::string>> ca_issuer_urls;
    std::optional<std::string> issuer;
    std::optional<std::vector<std::string>> allowed_keys;
    std::optional<std::vector<std::string>> allowed_signatures;
    std::optional<std::vector<std::string>> allowed_names;  ///< patterns, as `*.example.com`, `ip:10.0.0.0/8`
    std::optional<Outlive> outlive_issuer;
    std::optional<bool> revoke_superseded;
};

/// Names in the order in which they have their turn. `*` stands for all that are not named, which come in
/// alphabetical order; without it they come last.
using Order = std::vector<std::string>;
/// The place of `name` in `order`; names with equal places are in alphabetical order.
REKEY_EXPORT std::size_t place_in(const Order& order, const std::string& name);

/// `config.toml`: `[defaults]`, `[type.NAME]`, `[label."KEY=VALUE"]`, `[credentials]`, and the rest at the top.
/// Where several labels of a unit say different things, the last in alphabetical order wins;
/// labels win over types, types over defaults.
struct REKEY_EXPORT Config {
    RuleSet defaults;
    std::map<std::string, RuleSet> types;
    std::map<std::string, RuleSet> labels;                                  ///< key: `KEY=VALUE`
    int jobs = 0;                                                           ///< 0: as many as suit waiting for units
    Seconds answer_deadline{30};                                            ///< for each answer of a unit's helper
    Period unit_deadline{.months = 0, .seconds = std::chrono::minutes{5}};  ///< how long a unit may be silent
    /// Within a unit: node by node, the main node last; on each node type by type, what the unit proves
    /// itself with to the others last. Slots that are on no node have the name "" here.
    Order node_order{"*", "main"};
    Order type_order{"*", "iam"};

    std::string crl_folder;  ///< where lists of what was revoked are kept; empty: nowhere
    Period crl_validity{.months = 0, .seconds = std::chrono::days{7}};  ///< how long such a list is good

    /// `[credentials] max_age`: how old the key of an active API credential may be; nothing: as old as it likes.
    std::optional<Period> credential_max_age;
    std::string ca_file;  ///< authorities that providers' certificates may have beside the system's; empty: none

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
