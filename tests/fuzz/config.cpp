/// config.toml, and the templates and subjects in it.
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

void make_rules(const policy::Config& config) {
    policy::Subject slot{"unit-1", "main", "online", {{"site", "north"}}, "Example", {}, {}};
    fuzz::takes([&] {
        auto rules = policy::rules_for(config, slot);
        policy::parse_subject(rules.subject);
        for (const auto& san : rules.sans) fuzz::require(printable(san) == san, "a name has control characters");
    });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(text_of(ByteView(data, size)));
    fuzz::takes([&] {
        auto config = policy::Config::parse(text, "config.toml");
        auto look_at = [](const policy::RuleSet& rules) {
            require_period(rules.validity);
            require_period(rules.renew_before);
            require_period(rules.max_age);
        };
        look_at(config.defaults);
        for (const auto& [name, rules] : config.types) look_at(rules);
        for (const auto& [name, rules] : config.labels) look_at(rules);
        require_period(config.unit_deadline);
        policy::place_in(config.node_order, "main");
        make_rules(config);
    });
    return 0;
}
