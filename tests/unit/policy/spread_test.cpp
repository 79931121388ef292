#include <doctest/doctest.h>

#include <array>
#include <map>
#include <set>

#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;
using namespace std::chrono;

namespace {

constexpr Time made = sys_days{2025y / 1 / 1};
const IssuerFacts lasting{"local", made + days{100 * 365}};

CertificateFacts certificate(const std::string& fingerprint, Seconds life) {
    CertificateFacts facts;
    facts.not_before = made - hours{1};
    facts.not_after = made + life;
    facts.key = "ec-p256";
    facts.signature = "ecdsa-with-SHA256";
    facts.fingerprint_sha256 = fingerprint;
    return facts;
}

Time due_at(const Rules& rules, const CertificateFacts& facts) {
    return judge(facts, made, "local", rules, lasting, made).due_at;
}

std::vector<std::string> rules_of(const std::vector<Violation>& violations) {
    std::vector<std::string> names;
    for (const auto& each : violations) names.push_back(each.rule);
    return names;
}

}  // namespace

TEST_CASE("windows of a fleet made at once open evenly over the spread, never later than renew_before") {
    Rules rules;
    rules.renew_spread = {.seconds = days{10}};
    constexpr auto life = days{3650};
    auto latest = made + life - days{90};
    std::array<int, 10> per_day{};
    std::set<Time> moments;
    for (int i = 0; i < 1000; ++i) {
        rules.slot = "unit-" + std::to_string(i) + "/online";
        auto opens = due_at(rules, certificate("F", life));
        REQUIRE(opens <= latest);
        REQUIRE(opens > latest - days{10});
        ++per_day.at(static_cast<std::size_t>((latest - opens) / days{1}));
        moments.insert(opens);
    }
    for (int count : per_day) CHECK((count > 60 && count < 140));
    CHECK(moments.size() > 990);
}

TEST_CASE("a slot has its moment for as long as it has its certificate") {
    Rules rules;
    rules.slot = "unit-1/online";
    auto facts = certificate("F1", days{3650});
    CHECK(due_at(rules, facts) == due_at(rules, facts));
    auto other_slot = rules;
    other_slot.slot = "unit-1/iam";
    CHECK(due_at(other_slot, facts) != due_at(rules, facts));
    CHECK(due_at(rules, certificate("F2", days{3650})) != due_at(rules, facts));
    // Written down, so that it is the same on every machine and in every version.
    CHECK(due_at(rules, facts) == facts.not_after - days{90} - Seconds{212304});
}

TEST_CASE("a spread is at most a third of the window, and none where none is wanted") {
    for (auto life : {days{30}, days{3}}) {
        for (int i = 0; i < 200; ++i) {
            Rules rules;
            rules.slot = std::to_string(i);
            auto facts = certificate("F", life);
            auto opens = due_at(rules, facts);
            CHECK(opens <= facts.not_after - Seconds{life} / 3);
            CHECK(opens >= facts.not_after - Seconds{life} / 3 - Seconds{life} / 9);
            rules.renew_spread = Period{};
            CHECK(due_at(rules, facts) == facts.not_after - Seconds{life} / 3);
        }
    }
}

TEST_CASE("what no certificate may be, one by one") {
    Rules rules;
    rules.validity = {.months = 12};
    auto sound = certificate("F", days{365});
    ChainEnd ends;
    auto found = [&](const CertificateFacts& facts) { return rules_of(violations(facts, made, ends, rules, made)); };
    using Names = std::vector<std::string>;
    CHECK(found(sound).empty());
    auto odd = sound;
    for (const char* key : {"rsa-1024", "ec-p192", "dsaEncryption"}) {
        odd.key = key;
        CHECK(found(odd) == Names{"key"});
    }
    for (const char* key : {"rsa-2048", "rsa-3072", "ec-p224", "ec-p384", "ed25519", "ec-brainpoolP256r1"}) {
        odd.key = key;
        CHECK(found(odd).empty());
    }
    odd = sound;
    for (const char* signature : {"sha1WithRSAEncryption", "ecdsa-with-SHA1", "md5WithRSAEncryption"}) {
        odd.signature = signature;
        CHECK(found(odd) == Names{"signature"});
    }
    odd = sound;
    odd.not_after += days{2};
    CHECK(found(odd) == Names{"validity"});
    ends = {sound.not_after - 1s, "CN=Root"};
    CHECK(found(sound) == Names{"issuer"});
    CHECK(rules_of(violations(sound, made, ends, rules, ends.at)) == Names{"issuer", "expired"});
    ends = {};
    CHECK(found(sound).empty());
    rules.allowed_keys = {"ed25519"};
    rules.allowed_signatures = {"ED25519"};
    CHECK(found(sound) == Names{"key", "signature"});
    rules.max_age = Period{.seconds = days{400}};
    CHECK(rules_of(violations(sound, made, ends, rules, made + days{400})) ==
          Names{"key", "signature", "age", "expired"});
}

TEST_CASE("each rule of a slot is told with its source, the last that says anything") {
    auto config = Policy::parse(
        "[defaults]\nvalidity = \"2y\"\nkey = \"ec-p384\"\nrenew_spread = \"0d\"\n[type.iam]\nkey = \"ed25519\"\n"
        "[label.\"a=1\"]\nmax_age = \"30d\"\n[label.\"a=2\"]\nmax_age = \"60d\"\n",
        "c");
    Subject subject{"u", "", "iam", {{"a", "1"}}, "", "CN=old", std::vector<std::string>{"dns:old"}};
    std::map<std::string, std::string> found;
    for (const auto& each : settings_for(config, subject)) found[each.key] = each.value + " < " + each.source;
    CHECK(found["validity"] == "2y < [defaults]");
    CHECK(found["key"] == "ed25519 < [type.iam]");
    CHECK(found["max_age"] == "30d < [label.\"a=1\"]");
    CHECK(found["subject"] == "CN=old < adopted certificate");
    CHECK(found["san"] == "[\"dns:old\"] < adopted certificate");
    CHECK(found["renew_spread"] == "0d < [defaults]");
    CHECK(found["renew_before"] == "90d < built in");
    CHECK(found["issuer"] == " < built in");
    CHECK(found.size() == 19);
    CHECK(settings(config).back().source == "[label.\"a=2\"]");
}
