#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

#include "policy/rules/adopted.hpp"
#include "policy/rules/allowed_names.hpp"
#include "policy/rules/rules.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

std::string written(const std::vector<std::string>& list) {
    std::string text;
    for (const auto& each : list) text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", printable(each));
    return "[" + text + "]";
}

using Written = std::optional<std::string>;
/// What a table says for a rule, as text; nothing where it is silent.
struct Rule {
    std::string_view key;
    std::function<Written(const RuleSet&)> in;
};

const std::vector<Rule>& rules_in_order() {
    auto period = [](std::optional<Period> RuleSet::*member) {
        return [member](const RuleSet& set) {
            return set.*member ? Written((set.*member)->seconds == Seconds{0} && (set.*member)->months == 0
                                             ? "0d"
                                             : (set.*member)->to_string())
                               : std::nullopt;
        };
    };
    auto text = [](std::optional<std::string> RuleSet::*member) {
        return [member](const RuleSet& set) { return set.*member ? Written(printable(*(set.*member))) : std::nullopt; };
    };
    auto list = [](std::optional<std::vector<std::string>> RuleSet::*member) {
        return [member](const RuleSet& set) { return set.*member ? Written(written(*(set.*member))) : std::nullopt; };
    };
    static const std::vector<Rule> rules{
        {"validity", period(&RuleSet::validity)},
        {"renew_before", period(&RuleSet::renew_before)},
        {"renew_spread", period(&RuleSet::renew_spread)},
        {"max_age", period(&RuleSet::max_age)},
        {"key", text(&RuleSet::key)},
        {"subject", text(&RuleSet::subject)},
        {"san", list(&RuleSet::san)},
        {"usages", list(&RuleSet::usages)},
        {"key_usage", list(&RuleSet::key_usage)},
        {"certificate_policies", list(&RuleSet::certificate_policies)},
        {"crl_urls", list(&RuleSet::crl_urls)},
        {"ocsp_urls", list(&RuleSet::ocsp_urls)},
        {"ca_issuer_urls", list(&RuleSet::ca_issuer_urls)},
        {"issuer", text(&RuleSet::issuer)},
        {"allowed_keys", list(&RuleSet::allowed_keys)},
        {"allowed_signatures", list(&RuleSet::allowed_signatures)},
        {"allowed_names", list(&RuleSet::allowed_names)},
        {"outlive_issuer",
         [](const RuleSet& set) {
             return set.outlive_issuer ? Written(*set.outlive_issuer == Outlive::refuse ? "refuse" : "shorten")
                                       : std::nullopt;
         }},
        {"revoke_superseded",
         [](const RuleSet& set) {
             return set.revoke_superseded ? Written(*set.revoke_superseded ? "true" : "false") : std::nullopt;
         }},
    };
    return rules;
}

/// What holds where no table says anything.
RuleSet built_in() {
    Rules rules;
    RuleSet set;
    set.validity = rules.validity;
    set.renew_before = rules.renew_before;
    set.renew_spread = rules.renew_spread;
    set.key = rules.key;
    set.subject = default_subject;
    set.san = std::vector<std::string>{"dns:{unit}"};
    set.usages = default_usages();
    set.outlive_issuer = rules.outlive_issuer;
    set.revoke_superseded = rules.revoke_superseded;
    return set;
}

struct Table {
    std::string source;
    RuleSet set;
};

std::string in_days(Seconds length) {
    auto days = length / std::chrono::days{1};
    return fmt::format("{} day{}", days, days == 1 ? "" : "s");
}

/// The digits at the end of `name`; 0 where there are none.
int size_in(const std::string& name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return 0;
    int size = 0;
    for (char c : name.substr(prefix.size())) {
        if (c < '0' || c > '9' || size > 1'000'000) return 0;
        size = size * 10 + (c - '0');
    }
    return size;
}

bool is_weak_key(const std::string& key) {
    constexpr int fewest_rsa_bits = 2048;
    constexpr int fewest_curve_bits = 224;
    int rsa = size_in(key, "rsa-");
    int curve = size_in(key, "ec-p");
    return (rsa != 0 && rsa < fewest_rsa_bits) || (curve != 0 && curve < fewest_curve_bits) || key.starts_with("DSA") ||
           key.starts_with("dsa");
}

bool is_old_hash(std::string signature) {
    std::transform(signature.begin(), signature.end(), signature.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return signature.find("MD5") != std::string::npos || signature.find("MD4") != std::string::npos ||
           signature.ends_with("SHA1") || signature.find("SHA1WITH") != std::string::npos;
}

bool is_listed(const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::string allowed_ones(const std::vector<std::string>& list) {
    return printable(fmt::format("{}", fmt::join(list, ", ")));
}

}  // namespace

std::vector<Setting> settings(const Policy& policy) {
    std::vector<Table> tables{{"built in", built_in()}, {"[defaults]", policy.defaults}};
    for (const auto& [name, set] : policy.types) tables.push_back({fmt::format("[type.{}]", name), set});
    for (const auto& [name, set] : policy.labels)
        tables.push_back({fmt::format("[label.\"{}\"]", printable(name)), set});
    std::vector<Setting> found;
    for (const auto& table : tables)
        for (const auto& rule : rules_in_order())
            if (auto value = rule.in(table.set)) found.push_back({std::string(rule.key), *value, table.source});
    if (policy.credential_max_age)
        found.push_back({"max_age", policy.credential_max_age->to_string(), "[credentials]"});
    return found;
}

std::vector<Setting> settings_for(const Policy& policy, const Subject& subject) {
    std::vector<Table> tables{{"built in", built_in()}};
    tables.push_back({"adopted certificate", adopted_rules(merged(policy, subject), subject)});
    tables.push_back({"[defaults]", policy.defaults});
    if (auto type = policy.types.find(subject.type); type != policy.types.end())
        tables.push_back({fmt::format("[type.{}]", subject.type), type->second});
    for (const auto& [name, set] : policy.labels)
        if (has_label(subject, name)) tables.push_back({fmt::format("[label.\"{}\"]", printable(name)), set});
    tables.push_back({fmt::format("unit {}", subject.unit), subject.unit_rules});
    tables.push_back({"slot " + SlotName{subject.unit, subject.node, subject.type}.to_string(), subject.slot_rules});
    std::vector<Setting> found;
    for (const auto& rule : rules_in_order()) {
        Setting setting{std::string(rule.key), "", "built in"};
        for (const auto& table : tables) {
            auto value = rule.in(table.set);
            if (!value) continue;
            setting.value = *value;
            setting.source = table.source;
        }
        found.push_back(std::move(setting));
    }
    return found;
}

std::optional<KeyConcern> key_concern(const std::string& key) {
    if (key != "rsa-2048") return std::nullopt;
    return KeyConcern{"keys of the kind rsa-2048 are not expected to be safe after 2030 (NIST SP 800-57)",
                      "better are ec-p256 and rsa-3072"};
}

std::vector<KeyConcern> key_concerns(const Policy& policy) {
    std::set<std::string> keys;
    auto add = [&](const RuleSet& set) {
        if (set.key) keys.insert(*set.key);
    };
    add(policy.defaults);
    for (const auto& [type, set] : policy.types) add(set);
    for (const auto& [label, set] : policy.labels) add(set);
    std::vector<KeyConcern> found;
    for (const auto& key : keys)
        if (auto concern = key_concern(key)) found.push_back(std::move(*concern));
    return found;
}

std::vector<Violation> violations(const CertificateFacts& certificate, Time made_at, const ChainEnd& chain_end,
                                  const Rules& rules, Time now) {
    // Calendars and clocks differ a little; a day more is no other policy.
    constexpr Seconds tolerance = std::chrono::days{1};
    std::vector<Violation> found;
    auto name = [](const std::string& text) { return printable(text); };
    if (rules.allowed_keys.empty() ? is_weak_key(certificate.key) : !is_listed(rules.allowed_keys, certificate.key))
        found.push_back({"key", rules.allowed_keys.empty()
                                    ? fmt::format("key {} is weak", name(certificate.key))
                                    : fmt::format("key is {}, allowed are {}", name(certificate.key),
                                                  allowed_ones(rules.allowed_keys))});
    if (rules.allowed_signatures.empty() ? is_old_hash(certificate.signature)
                                         : !is_listed(rules.allowed_signatures, certificate.signature))
        found.push_back({"signature", rules.allowed_signatures.empty()
                                          ? fmt::format("signature {} has an old hash", name(certificate.signature))
                                          : fmt::format("signature is {}, allowed are {}", name(certificate.signature),
                                                        allowed_ones(rules.allowed_signatures))});
    if (auto names = names_not_allowed(rules.allowed_names, certificate.subject, certificate.sans); !names.empty())
        found.push_back({"names", fmt::format("names are {}, allowed are {}", allowed_ones(names),
                                              allowed_ones(rules.allowed_names))});
    if (certificate.not_after > rules.validity.after(std::max(made_at, certificate.not_before)) + tolerance)
        found.push_back({"validity", fmt::format("valid for {}, policy says {}",
                                                 in_days(certificate.not_after - certificate.not_before),
                                                 rules.validity.to_string())});
    bool chain_ends = !chain_end.subject.empty() && certificate.not_after > chain_end.at;
    if (chain_ends)
        found.push_back({"issuer", fmt::format("ends on {}, after '{}' in its chain, which ends on {}",
                                               to_rfc3339(certificate.not_after), name(chain_end.subject),
                                               to_rfc3339(chain_end.at))});
    if (rules.max_age && now >= rules.max_age->after(made_at))
        found.push_back(
            {"age", fmt::format("made on {}, older than max_age {}", to_rfc3339(made_at), rules.max_age->to_string())});
    if (now >= certificate.not_after)
        found.push_back({"expired", fmt::format("expired on {}", to_rfc3339(certificate.not_after))});
    else if (chain_ends && now >= chain_end.at)
        found.push_back({"expired", fmt::format("its chain ended on {}, with '{}'", to_rfc3339(chain_end.at),
                                                name(chain_end.subject))});
    return found;
}

}  // namespace rekey::policy
