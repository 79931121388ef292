#include "policy/rules/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/details.hpp"
#include "crypto/certificates/extension.hpp"
#include "crypto/certificates/name.hpp"
#include "crypto/certificates/sans.hpp"
#include "policy/rules/adopted.hpp"
#include "policy/rules/allowed_names.hpp"
#include "policy/rules/templates.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

/// What `from` says replaces what `into` says.
void override_with(const RuleSet& from, RuleSet& into) {
    auto take = [](const auto& given, auto& place) {
        if (given) place = given;
    };
    take(from.validity, into.validity);
    take(from.renew_before, into.renew_before);
    take(from.renew_spread, into.renew_spread);
    take(from.max_age, into.max_age);
    take(from.key, into.key);
    take(from.subject, into.subject);
    take(from.san, into.san);
    take(from.usages, into.usages);
    take(from.key_usage, into.key_usage);
    take(from.certificate_policies, into.certificate_policies);
    take(from.crl_urls, into.crl_urls);
    take(from.ocsp_urls, into.ocsp_urls);
    take(from.ca_issuer_urls, into.ca_issuer_urls);
    take(from.issuer, into.issuer);
    take(from.allowed_keys, into.allowed_keys);
    take(from.allowed_signatures, into.allowed_signatures);
    take(from.allowed_names, into.allowed_names);
    take(from.outlive_issuer, into.outlive_issuer);
    take(from.revoke_superseded, into.revoke_superseded);
}

/// Without a colon, which names of units have not, only what begins with a digit is an address. Asking for each name
/// whether it is one would cost an exception.
bool may_be_address(const std::string& name) {
    return name.find(':') != std::string::npos || (!name.empty() && name.front() >= '0' && name.front() <= '9');
}

/// The name in the form that clients look for it: an address as one, anything else as a host name where that can be
/// (also with the underscores that are in use, and of digits only). Nothing where no certificate can carry it.
std::optional<std::string> san_of(const std::string& unit) {
    for (const std::string kind : {"ip:", "dns:"}) {
        if (kind == "ip:" && !may_be_address(unit)) continue;
        try {
            return crypto::normalised_sans({kind + unit}).front();
        } catch (const Error&) {
            continue;  // no such name
        }
    }
    return std::nullopt;
}

/// The template's attributes with the slot's values; those that come out empty are left out.
/// Values are put in after the text was taken apart, so they need no escapes.
std::string subject_from(const std::string& text, const Subject& slot) {
    crypto::Attributes attributes;
    for (auto& [key, value] : parse_subject(text)) {
        auto expanded = expand(value, slot);
        auto shown = printable(expanded);
        if (shown != expanded)
            throw Error(Code::usage, fmt::format("{} '{}' has characters that do not belong into a name", key, shown));
        if (!expanded.empty()) attributes.emplace_back(std::move(key), std::move(expanded));
    }
    return crypto::to_text(attributes);
}

/// An adopted subject is no template: what it has in braces are braces.
std::string subject_from_adopted(const std::string& text) {
    try {
        return crypto::to_text(parse_subject(text));
    } catch (Error& error) {
        throw Error(error.code(), fmt::format("the adopted certificate's {}", error.message()),
                    "set 'subject' for this type or label in the policy: rekey policy edit");
    }
}

std::string subject_for(const RuleSet& set, const Subject& slot) {
    if (set.subject) return subject_from(*set.subject, slot);
    if (slot.adopted_subject) return subject_from_adopted(*slot.adopted_subject);
    return subject_from(default_subject, slot);
}

std::vector<std::string> sans_for(const RuleSet& set, const Subject& slot) {
    std::vector<std::string> sans;
    if (set.san) {
        for (const auto& text : *set.san)
            for (auto& name : expand_names(text, slot)) sans.push_back(std::move(name));
    } else if (slot.adopted_sans) {
        sans = *slot.adopted_sans;
    } else if (auto san = san_of(slot.unit)) {
        sans.push_back(*san);
    }
    return crypto::normalised_sans(sans);
}

CertificateDetails details_for(const RuleSet& set, const RuleSet& adopted, const std::string& key) {
    auto list = [&](std::optional<std::vector<std::string>> RuleSet::*member) {
        const auto& given = set.*member ? set.*member : adopted.*member;
        return given.value_or(std::vector<std::string>{});
    };
    CertificateDetails details;
    bool told = set.key_usage || adopted.key_usage;
    details.key_usage = told ? crypto::normalised_key_usage(list(&RuleSet::key_usage)) : crypto::default_key_usage(key);
    details.policies = crypto::normalised_policies(list(&RuleSet::certificate_policies));
    details.crl_urls = crypto::normalised_urls(list(&RuleSet::crl_urls));
    details.ocsp_urls = crypto::normalised_urls(list(&RuleSet::ocsp_urls));
    details.ca_issuer_urls = crypto::normalised_urls(list(&RuleSet::ca_issuer_urls));
    return details;
}

Rules complete(const CommonRules& common, const Subject& slot) {
    const auto& set = common.set;
    Rules rules;
    rules.slot = SlotName{slot.unit, slot.node, slot.type}.to_string();
    rules.validity = set.validity.value_or(rules.validity);
    rules.renew_before = set.renew_before.value_or(rules.renew_before);
    rules.renew_spread = set.renew_spread.value_or(rules.renew_spread);
    rules.max_age = set.max_age;
    rules.key = common.key;
    rules.subject = subject_for(set, slot);
    rules.sans = sans_for(set, slot);
    rules.usages = common.usages;
    rules.details = common.details;
    rules.issuer = set.issuer.value_or(rules.issuer);
    rules.allowed_keys = set.allowed_keys.value_or(rules.allowed_keys);
    rules.allowed_signatures = set.allowed_signatures.value_or(rules.allowed_signatures);
    rules.allowed_names = set.allowed_names.value_or(rules.allowed_names);
    rules.outlive_issuer = set.outlive_issuer.value_or(rules.outlive_issuer);
    rules.revoke_superseded = set.revoke_superseded.value_or(rules.revoke_superseded);
    return rules;
}

/// Rules that no certificate can meet would make the slot due for ever.
void require_satisfiable(const Rules& rules) {
    const auto& keys = rules.allowed_keys;
    if (!keys.empty() && std::find(keys.begin(), keys.end(), rules.key) == keys.end())
        throw Error(Code::usage, fmt::format("key '{}' is not among allowed_keys", rules.key),
                    fmt::format("set 'key' to one of {}, or allow it", fmt::join(keys, ", ")));
    if (rules.subject.empty() && rules.sans.empty())
        throw Error(Code::usage, "the certificate would have neither a subject nor a SAN",
                    "set 'subject' or 'san' in the policy: rekey policy edit");
    if (auto names = names_not_allowed(rules.allowed_names, rules.subject, rules.sans); !names.empty())
        throw Error(Code::refused, fmt::format("policy does not allow the names {}", fmt::join(names, ", ")),
                    "set other names with 'subject' and 'san', or allow them in 'allowed_names'");
}

}  // namespace

RuleSet merged(const Policy& policy, const Subject& slot) {
    RuleSet set = policy.defaults;
    if (auto type = policy.types.find(slot.type); type != policy.types.end()) override_with(type->second, set);
    for (const auto& [label, rules] : policy.labels)
        if (has_label(slot, label)) override_with(rules, set);
    override_with(slot.unit_rules, set);
    override_with(slot.slot_rules, set);
    return set;
}

CommonRules common_rules(const Policy& policy, const Subject& slot) {
    CommonRules common;
    common.set = merged(policy, slot);
    const auto& set = common.set;
    auto adopted = adopted_rules(set, slot);
    common.key = set.key.value_or(adopted.key.value_or(Rules().key));
    common.usages = crypto::normalised_usages(set.usages.value_or(adopted.usages.value_or(default_usages())));
    common.details = details_for(set, adopted, common.key);
    return common;
}

Rules rules_from(const CommonRules& common, const Subject& slot) {
    auto rules = complete(common, slot);
    require_satisfiable(rules);
    return rules;
}

bool has_label(const Subject& slot, std::string_view key_and_value) {
    auto equals = key_and_value.find('=');
    auto found = slot.labels.find(std::string(key_and_value.substr(0, equals)));
    return found != slot.labels.end() && found->second == key_and_value.substr(equals + 1);
}

Rules rules_for(const Policy& policy, const Subject& subject) {
    try {
        return rules_from(common_rules(policy, subject), subject);
    } catch (Error& error) {
        error.in(SlotName{subject.unit, subject.node, subject.type}.to_string());
        throw;
    }
}

}  // namespace rekey::policy
