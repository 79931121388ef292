#include "policy/document/rule_keys.hpp"

#include <algorithm>
#include <array>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "crypto/keys/key.hpp"
#include "policy/rules/allowed_names.hpp"
#include "policy/rules/templates.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

std::string read_key(const ConfigValue& value) {
    auto name = value.text();
    value.checked([&] { check_key(name); });
    return name;
}

std::string read_subject(const ConfigValue& value) {
    auto text = value.text();
    value.checked([&] { check_subject(text); });
    return text;
}

std::vector<std::string> read_san(const ConfigValue& value) {
    std::vector<std::string> names;
    for (const auto& each : value.list()) {
        names.push_back(each.text());
        each.checked([&] { check_san(names.back()); });
    }
    return names;
}

/// A list whose entries are checked one by one.
template <auto Check>
std::vector<std::string> read_checked(const ConfigValue& value) {
    std::vector<std::string> texts;
    for (const auto& each : value.list()) {
        texts.push_back(each.text());
        each.checked([&] { Check({texts.back()}); });
    }
    return texts;
}

/// An empty list allows all, which lifts what a wider table says.
std::vector<std::string> read_name_patterns(const ConfigValue& value) {
    std::vector<std::string> patterns;
    for (const auto& each : value.list()) {
        patterns.push_back(each.text());
        each.checked([&] { check_name_pattern(patterns.back()); });
    }
    return patterns;
}

std::string read_issuer(const ConfigValue& value) {
    auto name = value.text();
    value.checked([&] { require_name(name, "issuer"); });
    return name;
}

Outlive read_outlive(const ConfigValue& value) {
    auto word = value.text();
    if (word == "shorten") return Outlive::shorten;
    if (word == "refuse") return Outlive::refuse;
    value.fail(fmt::format("outlive_issuer cannot be '{}'", printable(word)), "it is \"shorten\" or \"refuse\"");
}

/// Every key that a table of rules may have.
constexpr std::array<RuleKey, 19> rule_keys{{
    {"validity", [](const ConfigValue& value, RuleSet& set) { set.validity = value.period(); }},
    {"renew_before", [](const ConfigValue& value, RuleSet& set) { set.renew_before = value.period(); }},
    {"renew_spread", [](const ConfigValue& value, RuleSet& set) { set.renew_spread = value.period_or_none(); }},
    {"max_age", [](const ConfigValue& value, RuleSet& set) { set.max_age = read_max_age(value); }},
    {"key", [](const ConfigValue& value, RuleSet& set) { set.key = read_key(value); }},
    {"subject", [](const ConfigValue& value, RuleSet& set) { set.subject = read_subject(value); }},
    {"san", [](const ConfigValue& value, RuleSet& set) { set.san = read_san(value); }},
    {"usages",
     [](const ConfigValue& value, RuleSet& set) { set.usages = read_checked<crypto::normalised_usages>(value); }},
    {"key_usage",
     [](const ConfigValue& value, RuleSet& set) { set.key_usage = read_checked<crypto::normalised_key_usage>(value); }},
    {"certificate_policies",
     [](const ConfigValue& value, RuleSet& set) {
         set.certificate_policies = read_checked<crypto::normalised_policies>(value);
     }},
    {"crl_urls",
     [](const ConfigValue& value, RuleSet& set) { set.crl_urls = read_checked<crypto::normalised_urls>(value); }},
    {"ocsp_urls",
     [](const ConfigValue& value, RuleSet& set) { set.ocsp_urls = read_checked<crypto::normalised_urls>(value); }},
    {"ca_issuer_urls",
     [](const ConfigValue& value, RuleSet& set) { set.ca_issuer_urls = read_checked<crypto::normalised_urls>(value); }},
    {"issuer", [](const ConfigValue& value, RuleSet& set) { set.issuer = read_issuer(value); }},
    {"allowed_keys", [](const ConfigValue& value, RuleSet& set) { set.allowed_keys = read_allowed(value); }},
    {"allowed_signatures",
     [](const ConfigValue& value, RuleSet& set) { set.allowed_signatures = read_allowed(value); }},
    {"allowed_names", [](const ConfigValue& value, RuleSet& set) { set.allowed_names = read_name_patterns(value); }},
    {"outlive_issuer", [](const ConfigValue& value, RuleSet& set) { set.outlive_issuer = read_outlive(value); }},
    {"revoke_superseded", [](const ConfigValue& value, RuleSet& set) { set.revoke_superseded = value.flag(); }},
}};

}  // namespace

void check_key(const std::string& name) { crypto::require_makeable(name); }

void check_subject(const std::string& text) {
    for (const auto& attribute : parse_subject(text)) {
        check_template(attribute.second);
        if (!is_template(attribute.second)) crypto::to_text({attribute});
    }
}

/// What can be said of a SAN before its values are known: the kind, and the whole where it has none.
void check_san(const std::string& text) {
    constexpr std::array<std::string_view, 4> kinds{"dns:", "ip:", "uri:", "email:"};
    if (std::none_of(kinds.begin(), kinds.end(), [&](std::string_view kind) { return text.starts_with(kind); }))
        throw Error(Code::usage, fmt::format("'{}' is not an alternative name", printable(text)),
                    "names begin with dns:, ip:, uri: or email:, as \"dns:{unit}.fleet.example\"");
    check_template(text);
    if (!is_template(text)) crypto::normalised_sans({text});
}

const RuleKey* find_rule_key(std::string_view name) {
    auto found =
        std::find_if(rule_keys.begin(), rule_keys.end(), [&](const RuleKey& each) { return each.name == name; });
    return found == rule_keys.end() ? nullptr : &*found;
}

std::vector<std::string_view> rule_key_names() {
    std::vector<std::string_view> names;
    for (const auto& each : rule_keys) names.push_back(each.name);
    return names;
}

Period read_max_age(const ConfigValue& value) {
    auto period = value.period();
    if (period.approximate() < std::chrono::days{1})
        value.fail(fmt::format("max_age cannot be {}", period.to_string()), "it is 1d or more");
    return period;
}
std::vector<std::string> read_allowed(const ConfigValue& value) {
    std::vector<std::string> names;
    for (const auto& each : value.list()) {
        names.push_back(each.text());
        if (names.back().empty()) each.fail(fmt::format("{} cannot hold an empty name", value.key()));
    }
    return names;
}

}  // namespace rekey::policy
