#include <doctest/doctest.h>

#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;
using namespace std::chrono;

namespace {

using Names = std::vector<std::string>;

Subject unit_1() {
    Subject slot;
    slot.unit = "unit-1";
    slot.type = "online";
    return slot;
}

Rules rules_of(const std::string& config, const Subject& slot) {
    return rules_for(Policy::parse(config, "policy.toml"), slot);
}

/// The error that making the rules ends with, as `message | hint`.
std::string error_of(const std::string& config, const Subject& slot) {
    try {
        rules_of(config, slot);
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "no error";
}

std::string defaults(const std::string& line) { return "[defaults]\n" + line + "\n"; }

}  // namespace

TEST_CASE("a template that names a label which the unit does not have") {
    auto slot = unit_1();
    slot.labels["site"] = "north";
    CHECK(error_of(defaults("subject = \"CN={label.rack}\""), slot) ==
          "unit-1/online: unit 'unit-1' has no label 'rack' | give it one: rekey units set unit-1 --label rack=VALUE");
    CHECK(error_of(defaults("san = [\"dns:{label.rack}.example\"]"), slot).starts_with("unit-1/online: unit 'unit-1'"));
}

TEST_CASE("names that no certificate can carry") {
    auto slot = unit_1();
    slot.unit = std::string(64, 'u');
    CHECK(error_of(defaults("subject = \"CN=x{unit}\""), slot) ==
          slot.unit + "/online: subject attribute CN: 'x" + slot.unit + "' has more than 64 characters");
    slot.unit = "unit_1";
    CHECK(error_of(defaults("san = [\"dns:{unit}-.example\"]"), slot).starts_with("unit_1/online: "));
    slot.organization = std::string(65, 'o');
    CHECK(error_of("", slot).ends_with("has more than 64 characters"));
    slot.organization = "a\nb";
    CHECK(error_of("", slot).starts_with("unit_1/online: O 'a\\x0Ab' has characters"));
    CHECK(error_of(defaults("san = [\"dns:{node}\"]"), unit_1()).starts_with("unit-1/online: "));
    CHECK(error_of(defaults("san = [\"ip:{unit}\"]"), unit_1()).starts_with("unit-1/online: "));
}

TEST_CASE("rules that no certificate can meet") {
    CHECK(
        error_of(defaults("allowed_keys = [\"rsa-3072\", \"ed25519\"]"), unit_1()) ==
        "unit-1/online: key 'ec-p256' is not among allowed_keys | set 'key' to one of rsa-3072, ed25519, or allow it");
    CHECK(error_of("[defaults]\nallowed_keys = [\"ec-p256\"]\n[type.online]\nkey = \"ed25519\"", unit_1())
              .starts_with("unit-1/online: key 'ed25519' is not among allowed_keys"));
    CHECK(error_of("[defaults]\nallowed_keys = [\"ec-p256\"]\n[type.online]\nkey = \"ed25519\"\nallowed_keys = []",
                   unit_1()) == "no error");
    CHECK(error_of(defaults("subject = \"\"\nsan = []"), unit_1())
              .starts_with("unit-1/online: the certificate would have neither a subject nor a SAN"));
}

TEST_CASE("without any rule") {
    auto rules = rules_of("", unit_1());
    CHECK(rules.validity == Period{.months = 120});
    CHECK(rules.renew_before == Period{.seconds = days{90}});
    CHECK_FALSE(rules.max_age);
    CHECK(rules.key == "ec-p256");
    CHECK(rules.subject == "CN=unit-1");
    CHECK(rules.sans == Names{"dns:unit-1"});
    CHECK(rules.usages == Names{"clientAuth", "serverAuth"});
    CHECK(rules.issuer.empty());
    CHECK(rules.allowed_keys.empty());
    CHECK(rules.outlive_issuer == Outlive::shorten);
    CHECK_FALSE(rules.revoke_superseded);

    auto slot = unit_1();
    slot.organization = "Example";
    CHECK(rules_of("", slot).subject == "CN=unit-1,O=Example");
}

TEST_CASE("the unit's name is a SAN where a certificate can carry it") {
    auto sans = [](const std::string& unit) {
        auto slot = unit_1();
        slot.unit = unit;
        return rules_of("", slot).sans;
    };
    CHECK(sans("gw.fleet.example") == Names{"dns:gw.fleet.example"});
    CHECK(sans("7up") == Names{"dns:7up"});
    CHECK(sans("unit_1") == Names{"dns:unit_1"});
    CHECK(sans("_") == Names{"dns:_"});
    CHECK(sans("a..b").empty());
    CHECK(sans("a.").empty());
    CHECK(sans("a-.b").empty());
    CHECK(sans("a-").empty());
    CHECK(sans("10.0.0.1") == Names{"ip:10.0.0.1"});
    CHECK(sans("10.0.0.1.example") == Names{"dns:10.0.0.1.example"});
    CHECK(sans("10.0.0") == Names{"dns:10.0.0"});
    CHECK(sans("4711") == Names{"dns:4711"});
    CHECK(sans(std::string(63, 'a')) == Names{"dns:" + std::string(63, 'a')});
    CHECK(sans(std::string(64, 'a')).empty());
}

TEST_CASE("templates") {
    auto slot = unit_1();
    slot.node = "main";
    slot.type = "cm";
    slot.labels = {{"site", "north"}};
    slot.organization = "Example";
    auto rules = rules_of(R"([defaults]
subject = "CN={unit}.{node}.{type},OU={label.site},O={organization} AG"
san = ["dns:{unit}.{label.site}.example", "uri:urn:rekey:{unit}/{node}/{type}", "ip:10.0.0.1"])",
                          slot);
    CHECK(rules.subject == "CN=unit-1.main.cm,OU=north,O=Example AG");
    CHECK(rules.sans == Names{"dns:unit-1.north.example", "ip:10.0.0.1", "uri:urn:rekey:unit-1/main/cm"});
}

TEST_CASE("values need no escapes, and empty ones leave their attribute out") {
    auto slot = unit_1();
    slot.labels = {{"owner", "Sons, Inc. + Co"}, {"none", ""}};
    auto rules =
        rules_of(defaults("subject = 'CN={unit},OU={label.owner},OU={label.none},O={organization},L={node}'"), slot);
    CHECK(rules.subject == "CN=unit-1,OU=Sons\\, Inc. \\+ Co");
    slot.labels["owner"] = "{unit}";
    CHECK(rules_of(defaults("subject = 'CN={label.owner}'"), slot).subject == "CN={unit}");
}

TEST_CASE("a subject may be empty when there is a SAN") {
    auto rules = rules_of(defaults("subject = ''"), unit_1());
    CHECK(rules.subject.empty());
    CHECK(rules.sans == Names{"dns:unit-1"});
}

TEST_CASE("labels win over types, types over defaults, the last label wins") {
    const std::string config = R"([defaults]
validity = "1y"
key = "rsa-3072"
issuer = "one"
max_age = "30d"
[type.online]
validity = "2y"
key = "rsa-4096"
issuer = "two"
[label."site=north"]
validity = "3y"
key = "ed25519"
[label."env=test"]
validity = "4y"
[label."env=prod"]
validity = "5y"
)";
    auto slot = unit_1();
    CHECK(rules_of(config, slot).validity == Period{.months = 24});
    CHECK(rules_of(config, slot).max_age == Period{.seconds = days{30}});

    slot.type = "offline";
    CHECK(rules_of(config, slot).validity == Period{.months = 12});
    CHECK(rules_of(config, slot).issuer == "one");

    slot.type = "online";
    slot.labels = {{"env", "test"}};
    CHECK(rules_of(config, slot).validity == Period{.months = 48});
    CHECK(rules_of(config, slot).key == "rsa-4096");

    slot.labels = {{"env", "test"}, {"site", "north"}};
    CHECK(rules_of(config, slot).validity == Period{.months = 36});
    CHECK(rules_of(config, slot).key == "ed25519");
    CHECK(rules_of(config, slot).issuer == "two");

    slot.labels = {{"env", "stage"}, {"site", "south"}};
    CHECK(rules_of(config, slot).validity == Period{.months = 24});
}

TEST_CASE("a label's value may have an equals sign, or be empty") {
    auto slot = unit_1();
    slot.labels = {{"a", "b=c"}, {"empty", ""}};
    CHECK(rules_of("[label.\"a=b=c\"]\nkey = \"ed25519\"", slot).key == "ed25519");
    CHECK(rules_of("[label.\"empty=\"]\nkey = \"ed25519\"", slot).key == "ed25519");
    CHECK(rules_of("[label.\"absent=\"]\nkey = \"ed25519\"", slot).key == "ec-p256");
}

TEST_CASE("what an adopted certificate said stands in where no rule says otherwise") {
    auto slot = unit_1();
    slot.adopted_subject = "CN=www.example.org,OU={unit},O=Old";
    slot.adopted_sans = Names{"dns:www.example.org", "dns:example.org"};
    auto rules = rules_of("", slot);
    CHECK(rules.subject == "CN=www.example.org,OU={unit},O=Old");
    CHECK(rules.sans == Names{"dns:example.org", "dns:www.example.org"});

    CHECK(rules_of(defaults("subject = 'CN={unit}'"), slot).subject == "CN=unit-1");
    CHECK(rules_of(defaults("subject = 'CN={unit}'"), slot).sans.size() == 2);
    CHECK(rules_of("[type.online]\nsan = []", slot).sans.empty());

    slot.adopted_sans = Names{};
    CHECK(rules_of("", slot).sans.empty());

    slot.adopted_subject = "";
    slot.adopted_sans = Names{"dns:a"};
    CHECK(rules_of("", slot).subject.empty());
}

TEST_CASE("an adopted subject that cannot be made again says what to do") {
    auto slot = unit_1();
    slot.adopted_subject = "CN=a+OU=b";
    CHECK(error_of("", slot) ==
          "unit-1/online: the adopted certificate's subject 'CN=a+OU=b': attributes joined by '+' are not supported | "
          "set 'subject' for this type or label in the policy: rekey policy edit");
    CHECK(error_of("[type.online]\nsubject = 'CN={unit}'", slot) == "no error");
}

TEST_CASE("usages") {
    CHECK(rules_of(defaults("usages = []"), unit_1()).usages.empty());
    CHECK(rules_of(defaults("usages = ['serverAuth', '1.3.6.1.4.1.99999.1', 'serverAuth']"), unit_1()).usages ==
          Names{"1.3.6.1.4.1.99999.1", "serverAuth"});
}

TEST_CASE("a name with a label that a unit may lack is left out where it lacks it") {
    auto slot = unit_1();
    auto rules = defaults("san = [\"dns:{unit}\", \"ip:{label.ip?}\"]\nsubject = \"CN={unit},OU={label.site?}\"");
    CHECK(rules_of(rules, slot).sans == Names{"dns:unit-1"});
    CHECK(rules_of(rules, slot).subject == "CN=unit-1");
    slot.labels = {{"ip", "192.0.2.1"}, {"site", "north"}};
    CHECK(rules_of(rules, slot).sans == Names{"dns:unit-1", "ip:192.0.2.1"});
    CHECK(rules_of(rules, slot).subject == "CN=unit-1,OU=north");
    CHECK(error_of(defaults("san = [\"dns:{unit?}\"]"), slot).find("'{unit?}' stands for nothing") !=
          std::string::npos);
    CHECK(error_of(defaults("san = [\"ip:{label.?}\"]"), slot).find("'{label.?}' stands for nothing") !=
          std::string::npos);
}

TEST_CASE("a label with several values makes a name of each") {
    auto slot = unit_1();
    slot.labels = {{"ip", "192.0.2.1, 192.0.2.2,"}, {"line", "a,b"}};
    CHECK(rules_of(defaults("san = [\"ip:{label.ip}\"]"), slot).sans == Names{"ip:192.0.2.1", "ip:192.0.2.2"});
    CHECK(rules_of(defaults("san = [\"dns:{label.line}.{unit}.{label.line?}\"]"), slot).sans ==
          Names{"dns:a.unit-1.a", "dns:a.unit-1.b", "dns:b.unit-1.a", "dns:b.unit-1.b"});
    // A subject has one value.
    CHECK(rules_of(defaults("subject = \"CN={label.line}\""), slot).subject == "CN=a\\,b");
    slot.labels["ip"] = " , ";
    CHECK(
        error_of(defaults("san = [\"ip:{label.ip}\"]"), slot).starts_with("unit-1/online: unit 'unit-1' has no label"));
    std::string many;
    for (int i = 0; i < 101; ++i) many += "host-" + std::to_string(i) + ",";
    slot.labels["many"] = many;
    CHECK(error_of(defaults("san = [\"dns:{label.many}\"]"), slot).find("more than 100 names") != std::string::npos);
}

TEST_CASE("the nearest rule wins: slot over unit over label over type over defaults") {
    auto slot = unit_1();
    slot.labels["site"] = "north";
    const std::string document = R"([defaults]
key = "ec-p384"
usages = ["serverAuth"]
[type.online]
key = "rsa-4096"
[label."site=north"]
key = "ed25519"
subject = "CN=label"
)";
    slot.unit_rules = own_rules({{"subject", {"CN=unit"}}, {"key", {"rsa-3072"}}, {"issuer", {"one"}}});
    slot.slot_rules = own_rules({{"subject", {"CN=slot"}}, {"san", {"dns:a.example", "ip:192.0.2.1"}}});
    auto rules = rules_of(document, slot);
    CHECK(rules.subject == "CN=slot");
    CHECK(rules.key == "rsa-3072");
    CHECK(rules.issuer == "one");
    CHECK(rules.sans == Names{"dns:a.example", "ip:192.0.2.1"});
    CHECK(rules.usages == Names{"serverAuth"});
}

TEST_CASE("what cannot be a rule of one unit or slot") {
    using Texts = std::map<std::string, std::vector<std::string>>;
    for (const auto& wrong :
         {Texts{{"validity", {"1y"}}}, Texts{{"key", {"rsa-512"}}}, Texts{{"key", {"ec-p256", "ec-p384"}}},
          Texts{{"san", {"gate.example"}}}, Texts{{"usages", {"server"}}}, Texts{{"subject", {"CN"}}},
          Texts{{"issuer", {"-x"}}}, Texts{{"subject", {}}}})
        CHECK_THROWS_AS(own_rules(wrong), Error);
}
