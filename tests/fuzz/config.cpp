/// config.toml, the policy document, and the templates and subjects in it.
#include "fuzz.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;

namespace {

void require_period(const std::optional<Period>& period) {
    if (!period) return;
    fuzz::require(Period::parse(period->to_string()) == *period, "a period is not read as it was written");
    auto now = from_unix(1795000000);
    fuzz::require(period->after(now) >= now && period->before(now) <= now, "a period goes backwards");
}

void make_rules(const policy::Policy& policy) {
    policy::Subject slot{"unit-1", "main", "online", {{"site", "north"}}, "Example", {}, {}};
    fuzz::takes([&] {
        auto rules = policy::rules_for(policy, slot);
        policy::parse_subject(rules.subject);
        for (const auto& san : rules.sans) fuzz::require(printable(san) == san, "a name has control characters");
    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(text_of(ByteView(data, size)));
    fuzz::takes([&] {
        auto policy = policy::Policy::parse(text, "policy.toml");
        auto look_at = [](const policy::RuleSet& rules) {
            require_period(rules.validity);
            require_period(rules.renew_before);
            require_period(rules.max_age);
        };
        look_at(policy.defaults);
        for (const auto& [name, rules] : policy.types) look_at(rules);
        for (const auto& [name, rules] : policy.labels) look_at(rules);
        policy::place_in(policy.node_order, "main");
        make_rules(policy);
    });
    fuzz::takes([&] { require_period(policy::Config::parse(text, "config.toml").unit_deadline); });
    fuzz::takes([&] {
        auto document = policy::policy_in_config(text, "config.toml");
        policy::Policy::parse(document, "policy.toml");
    });
    return 0;
}
