#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "rekey/renewal/overview.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/plan/desired_state.hpp"
#include "store/certificates/issuers.hpp"

namespace rekey::renewal {

namespace {

constexpr auto shortest_notice = std::chrono::days{30};

std::set<std::string> named_issuers(store::Reader& store, const policy::Policy& policy) {
    std::set<std::string> names;
    auto add = [&](const policy::RuleSet& rules) {
        if (rules.issuer) names.insert(*rules.issuer);
    };
    add(policy.defaults);
    for (const auto& [type, rules] : policy.types) add(rules);
    for (const auto& [label, rules] : policy.labels) add(rules);
    if (auto name = store::setting(store, "default_issuer")) names.insert(*name);
    return names;
}

bool ends_soon(Time end, const policy::Policy& policy, Time now) {
    auto notice = policy.defaults.renew_before.value_or(policy::Rules().renew_before);
    return now >= std::min(notice.before(end), end - shortest_notice);
}

}  // namespace

std::vector<IssuerEnd> issuers_ending(store::Reader& store, const policy::Policy& policy, Time now) {
    std::vector<IssuerEnd> found;
    auto named = named_issuers(store, policy);
    auto in_use = store::issuers_in_use(store);
    for (const auto& issuer : store::issuers(store)) {
        bool needed = named.contains(issuer.name) || in_use.contains(issuer.id);
        if (!needed || !ends_soon(issuer.chain_end.at, policy, now)) continue;
        auto facts = facts_of(issuer);
        auto what = policy::end_in_words(facts, now);
        auto subject = fmt::format("{}issuer '{}'", facts.ends_with.empty() ? "" : "the chain of ", issuer.name);
        found.push_back({issuer.name, facts.not_after, now >= facts.not_after, subject, what.substr(subject.size() + 1),
                         what, policy::remedy_for_end(facts), policy::command_for_end(facts)});
    }
    std::ranges::stable_sort(found, {}, &IssuerEnd::at);
    return found;
}

}  // namespace rekey::renewal
