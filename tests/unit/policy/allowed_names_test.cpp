#include "policy/rules/allowed_names.hpp"

#include <doctest/doctest.h>

#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;

namespace {

using Names = std::vector<std::string>;

bool allows(const std::string& pattern, const std::string& san) {
    return names_not_allowed({pattern}, "", {san}).empty();
}

bool allows_cn(const std::string& pattern, const std::string& cn) {
    return names_not_allowed({pattern}, "O=Example,CN=" + cn, {}).empty();
}

}  // namespace

TEST_CASE("without patterns every name is allowed, with them only what one matches") {
    CHECK(names_not_allowed({}, "CN=bank.example", {"dns:*.example"}).empty());
    Names patterns{"*.fleet.example", "ip:10.0.0.0/8"};
    CHECK(names_not_allowed(patterns, "CN=a.fleet.example", {"dns:b.fleet.example", "ip:10.1.2.3"}).empty());
    CHECK(names_not_allowed(patterns, "CN=bank.example", {"dns:a.fleet.example", "dns:*.example", "ip:11.0.0.1"}) ==
          Names{"dns:*.example", "ip:11.0.0.1", "CN=bank.example"});
}

TEST_CASE("host names are matched label by label") {
    CHECK(allows("*.example.com", "dns:a.example.com"));
    CHECK(allows("*.EXAMPLE.com", "dns:a.example.com"));
    CHECK(allows("dns:web-*.example.com", "dns:web-1.example.com"));
    CHECK_FALSE(allows("*.example.com", "dns:a.b.example.com"));
    CHECK_FALSE(allows("*.example.com", "dns:example.com"));
    CHECK_FALSE(allows("*.example.com", "dns:a.example.com.evil.net"));
    CHECK_FALSE(allows("*.example.com", "dns:aexample.com"));
    CHECK(allows("**.example.com", "dns:a.b.example.com"));
    CHECK(allows("**.example.com", "dns:a.example.com"));
    CHECK_FALSE(allows("**.example.com", "dns:example.com"));
    CHECK_FALSE(allows("example.com", "uri:example.com"));
}

TEST_CASE("a wildcard name needs a pattern that allows all that it names") {
    CHECK(allows("*.example.com", "dns:*.example.com"));
    CHECK(allows("**.example.com", "dns:*.example.com"));
    CHECK_FALSE(allows("web-*.example.com", "dns:*.example.com"));
    CHECK_FALSE(allows("a.example.com", "dns:*.example.com"));
    CHECK_FALSE(allows("*.example.com", "dns:*.com"));
    CHECK_FALSE(allows("*.example.com", "dns:*.example"));
}

TEST_CASE("addresses lie in a network, and other names match from end to end") {
    CHECK(allows("ip:10.0.0.0/8", "ip:10.255.0.1"));
    CHECK_FALSE(allows("ip:10.0.0.0/8", "ip:11.0.0.1"));
    CHECK(allows("ip:192.0.2.1", "ip:192.0.2.1"));
    CHECK_FALSE(allows("ip:192.0.2.1", "ip:192.0.2.2"));
    CHECK(allows("ip:2001:db8::/32", "ip:2001:db8::7"));
    CHECK_FALSE(allows("ip:2001:db8::/32", "ip:2001:db9::7"));
    CHECK_FALSE(allows("ip:0.0.0.0/0", "ip:::1"));
    CHECK(allows("ip:10.1.2.128/25", "ip:10.1.2.129"));
    CHECK_FALSE(allows("ip:10.1.2.128/25", "ip:10.1.2.127"));
    CHECK(allows("uri:urn:acme:*", "uri:urn:acme:plc7"));
    CHECK_FALSE(allows("uri:urn:acme:*", "uri:urn:other:plc7"));
    CHECK(allows("email:*@example.com", "email:ops@example.com"));
    CHECK_FALSE(allows("*", "other:1.3.6.1.4.1.311.20.2.3"));
}

TEST_CASE("a CN is a host name or an address to old clients, and may have patterns of its own") {
    CHECK(allows_cn("*.example.com", "a.example.com"));
    CHECK(allows_cn("ip:10.0.0.0/8", "10.0.0.1"));
    CHECK(allows_cn("cn:pump-*", "pump-7"));
    CHECK_FALSE(allows_cn("cn:pump-*", "valve-7"));
    CHECK_FALSE(allows("cn:*", "dns:a.example.com"));
    CHECK(names_not_allowed({"cn:a"}, "CN=a+OU=b", {}) == Names{"CN=a+OU=b"});
    CHECK(names_not_allowed({"cn:a"}, "O=Example", {}).empty());
}

TEST_CASE("what is no pattern is refused where it is written") {
    for (const char* wrong : {"", "dns:", "ip:10.0.0.0/33", "ip:x", "ip:10.0.0.0/", "host:a", "a..b", ".example.com",
                              "a b", "example.com."}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(check_name_pattern(wrong), Error);
    }
    for (const char* right : {"*", "*.example.com", "dns:a", "ip:10.0.0.0/8", "uri:*", "email:*@a", "cn:*"})
        CHECK_NOTHROW(check_name_pattern(right));
}

TEST_CASE("rules whose names are not allowed make no certificate, and one that has them violates policy") {
    Subject slot;
    slot.unit = "pump-1";
    slot.type = "online";
    auto config = Policy::parse("[defaults]\nallowed_names = [\"valve-*\"]\n", "policy.toml");
    CHECK_THROWS_AS(rules_for(config, slot), Error);
    config =
        Policy::parse("[defaults]\nallowed_names = [\"valve-*\"]\n[type.online]\nallowed_names = []\n", "policy.toml");
    CHECK_NOTHROW(rules_for(config, slot));
    config = Policy::parse("[defaults]\nallowed_names = [\"pump-*\"]\n", "policy.toml");
    auto rules = rules_for(config, slot);
    CertificateFacts facts;
    facts.key = rules.key;
    facts.subject = "CN=bank.example";
    facts.sans = {"dns:bank.example"};
    auto found = violations(facts, {}, {}, rules, {});
    CHECK(std::any_of(found.begin(), found.end(), [](const Violation& each) { return each.rule == "names"; }));
    CHECK(forbidden(facts, rules).value_or("").find("bank.example") != std::string::npos);
}
