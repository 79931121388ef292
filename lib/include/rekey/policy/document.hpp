#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"

namespace rekey::policy {

enum class Outlive { shorten, refuse };

/// What policy may say for all slots, for one type, for one label, one unit or one slot. What is not set here is
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

/// The policy document, TOML: `[defaults]`, `[type.NAME]`, `[label."KEY=VALUE"]`, `[credentials]`, and the rest at the
/// top; rekey-policy(5) describes it. Where several labels of a unit say different things, the last in alphabetical
/// order wins; labels win over types, types over defaults. A value made by default is the built-in policy.
struct REKEY_EXPORT Policy {
    RuleSet defaults;
    std::map<std::string, RuleSet> types;
    std::map<std::string, RuleSet> labels;  ///< key: `KEY=VALUE`
    /// Within a unit: node by node, the main node last; on each node type by type, what the unit proves
    /// itself with to the others last. Slots that are on no node have the name "" here.
    Order node_order{"*", "main"};
    Order type_order{"*", "iam"};
    Period crl_validity{.months = 0, .seconds = std::chrono::days{7}};  ///< how long a list of what was revoked is good
    /// `[credentials] max_age`: how old the key of an active API credential may be; nothing: as old as it likes.
    std::optional<Period> credential_max_age;

    /// Throws Code::usage with `name`, line and column for what is not TOML, is not known, or has the wrong type or an
    /// impossible value.
    static Policy parse(const std::string& text, const std::string& name);
};

/// Rules that were set for one unit or one slot: texts by the name of the rule, `san`, `usages`, `subject`, `key` or
/// `issuer`.
using OwnRules = std::map<std::string, std::vector<std::string>>;
/// Throws Code::usage for what cannot be such a rule, or has an impossible value.
REKEY_EXPORT RuleSet own_rules(const OwnRules& own);

/// The longest document, in bytes.
inline constexpr std::size_t longest_document = 1 << 20;

/// What of a configuration file is policy, which was kept there before homes had one: its text, comments and all,
/// without the lines that belong to the machine. Throws Code::usage as `Policy::parse` does, and when the file has no
/// policy.
REKEY_EXPORT std::string policy_in_config(const std::string& text, const std::string& file_name);

}  // namespace rekey::policy
