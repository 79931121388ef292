#include <doctest/doctest.h>

#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;
using namespace std::chrono;

namespace {

/// The error that parsing `text` ends with, as `message | hint`.
std::string document_error(const std::string& text) {
    try {
        Policy::parse(text, "policy.toml");
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "no error";
}

/// One line in `[defaults]`, which is line 2 of the file.
std::string rule_error(const std::string& line) { return document_error("[defaults]\n" + line + "\n"); }

}  // namespace

TEST_CASE("an unknown key is named with its place, and with the one that was meant") {
    CHECK(document_error("crl_validity = \"1d\"\n\n[default]\nvalidity = \"1y\"") ==
          "policy.toml:3:2: 'default' is not known | did you mean 'defaults'?");
    CHECK(document_error("[types.online]") == "policy.toml:1:2: 'types' is not known | did you mean 'type'?");
    CHECK(document_error("wallpaper = 1") ==
          "policy.toml:1:1: 'wallpaper' is not known | known are defaults, type, label, node_order, type_order, "
          "crl_validity, credentials");
    CHECK(
        document_error("jobs = 4") ==
        "policy.toml:1:1: 'jobs' is not a policy | it belongs to each machine, in its config.toml; see rekey.toml(5)");
    CHECK(rule_error("  renewbefore = \"90d\"") ==
          "policy.toml:2:3: 'renewbefore' is not known here | did you mean "
          "'renew_before'?");
    CHECK(rule_error("sans = []") == "policy.toml:2:1: 'sans' is not known here | did you mean 'san'?");
    CHECK(document_error("[type.online]\nkeys = 1") ==
          "policy.toml:2:1: 'keys' is not known here | did you mean 'key'?");
    CHECK(document_error("[label.\"site=north\"]\nvalidty = \"1y\"") ==
          "policy.toml:2:1: 'validty' is not known here | did you mean 'validity'?");
    CHECK(rule_error("colour = 1") ==
          "policy.toml:2:1: 'colour' is not known here | known are validity, "
          "renew_before, renew_spread, max_age, key, "
          "subject, san, usages, key_usage, certificate_policies, crl_urls, ocsp_urls, "
          "ca_issuer_urls, issuer, "
          "allowed_keys, allowed_signatures, allowed_names, outlive_issuer, "
          "revoke_superseded");
}

TEST_CASE("a rule outside of a table is told where it belongs") {
    CHECK(document_error("validity = \"1y\"") ==
          "policy.toml:1:1: 'validity' is not known | 'validity' belongs in [defaults], [type.NAME] or "
          "[label.\"KEY=VALUE\"]");
}

TEST_CASE("terminal escapes in a key are shown, not obeyed") {
    CHECK(document_error("\"a\\u001b[2Jb\" = 1").starts_with("policy.toml:1:1: 'a\\x1B[2Jb' is not known"));
    CHECK(rule_error("key = \"a\\u001b\"")
              .starts_with("policy.toml:2:7: key: keys of the kind 'a\\x1B' are not made here"));
}

TEST_CASE("a value of the wrong type") {
    CHECK(rule_error("validity = 10") == "policy.toml:2:12: validity must be a period as \"90d\", not an integer");
    CHECK(rule_error("max_age = true") == "policy.toml:2:11: max_age must be a period as \"90d\", not true or false");
    CHECK(rule_error("renew_before = 1.5") ==
          "policy.toml:2:16: renew_before must be a period as \"90d\", not a decimal number");
    CHECK(rule_error("validity = 2030-01-01") ==
          "policy.toml:2:12: validity must be a period as \"90d\", not a date or time");
    CHECK(rule_error("key = [\"ec-p256\"]") == "policy.toml:2:7: key must be a string, not a list");
    CHECK(rule_error("subject = {CN = \"a\"}") == "policy.toml:2:11: subject must be a string, not a table");
    CHECK(rule_error("san = \"dns:a\"") == "policy.toml:2:7: san must be a list of strings, not a string");
    CHECK(rule_error("san = [\"dns:a\", 3]") == "policy.toml:2:17: san must be a string, not an integer");
    CHECK(rule_error("usages = \"serverAuth\"") == "policy.toml:2:10: usages must be a list of strings, not a string");
    CHECK(rule_error("issuer = 1") == "policy.toml:2:10: issuer must be a string, not an integer");
    CHECK(rule_error("allowed_keys = \"ec-p256\"") ==
          "policy.toml:2:16: allowed_keys must be a list of strings, not a string");
    CHECK(rule_error("outlive_issuer = true") ==
          "policy.toml:2:18: outlive_issuer must be a string, not true or false");
    CHECK(rule_error("revoke_superseded = \"yes\"") ==
          "policy.toml:2:21: revoke_superseded must be true or false, not a string");
    CHECK(document_error("defaults = 1") == "policy.toml:1:12: defaults must be a table, not an integer");
    CHECK(document_error("type = \"online\"") == "policy.toml:1:8: type must be a table, not a string");
    CHECK(document_error("[type]\nonline = 1") == "policy.toml:2:10: type.online must be a table, not an integer");
    CHECK(document_error("[[type]]") == "policy.toml:1:1: type must be a table, not a list");
}

TEST_CASE("a period that is none, or impossible") {
    const std::string units = " | a period is a number and a unit: 10y, 6mo, 2w, 90d, 24h, 30m, 45s";
    CHECK(rule_error("validity = \"10\"") == "policy.toml:2:12: validity: '10' is not a period" + units);
    CHECK(rule_error("validity = \"\"") == "policy.toml:2:12: validity: '' is not a period" + units);
    CHECK(rule_error("validity = \"-1d\"") == "policy.toml:2:12: validity: '-1d' is not a period" + units);
    CHECK(rule_error("validity = \"1 y\"") == "policy.toml:2:12: validity: '1 y' is not a period" + units);
    CHECK(rule_error("max_age = \"1.5y\"") == "policy.toml:2:11: max_age: '1.5y' is not a period" + units);
    CHECK(rule_error("validity = \"0y\"") == "policy.toml:2:12: validity cannot be 0y");
    CHECK(rule_error("validity = \"0s\"") == "policy.toml:2:12: validity cannot be 0s");
    CHECK(rule_error("renew_before = \"0d\"") == "policy.toml:2:16: renew_before cannot be 0d");
    CHECK(rule_error("max_age = \"0d\"") == "policy.toml:2:11: max_age cannot be 0d");
    CHECK(rule_error("max_age = \"23h\"") == "policy.toml:2:11: max_age cannot be 23h | it is 1d or more");
    CHECK(rule_error("max_age = \"86399s\"") == "policy.toml:2:11: max_age cannot be 86399s | it is 1d or more");
    CHECK(rule_error("max_age = \"24h\"") == "no error");
}

TEST_CASE("other impossible values") {
    CHECK(rule_error("key = \"ec-p265\"") ==
          "policy.toml:2:7: key: keys of the kind 'ec-p265' are not made here | use one of ec-p256, ec-p384, ec-p521, "
          "ed25519, "
          "rsa-2048, rsa-3072, rsa-4096; with OpenSSL 3.5 or later also ml-dsa-44, ml-dsa-65, ml-dsa-87");
    CHECK(rule_error("key = \"rsa-1024\"")
              .starts_with("policy.toml:2:7: key: keys of the kind 'rsa-1024' are not made here"));
    CHECK(rule_error("allowed_keys = [\"ec-p256\", \"\"]") ==
          "policy.toml:2:28: allowed_keys cannot hold an empty name");
    CHECK(rule_error("outlive_issuer = \"maybe\"") ==
          "policy.toml:2:18: outlive_issuer cannot be 'maybe' | it is \"shorten\" or \"refuse\"");
    CHECK(rule_error("issuer = \"-x\"").starts_with("policy.toml:2:10: issuer: '-x' cannot be"));
}

TEST_CASE("subjects and names that no certificate can carry") {
    CHECK(rule_error("subject = \"CN\"")
              .starts_with("policy.toml:2:11: subject: subject 'CN': 'CN' is not an attribute"));
    CHECK(rule_error("subject = \"XY=1\"")
              .starts_with("policy.toml:2:11: subject: subject 'XY=1': attribute 'XY' is not known"));
    CHECK(rule_error("subject = \"CN={unit},O={organisation}\"") ==
          "policy.toml:2:11: subject: '{organisation}' stands for nothing | templates know {unit}, {node}, {type}, "
          "{organization} and {label.KEY}");
    CHECK(rule_error("subject = \"CN={unit\"").starts_with("policy.toml:2:11: subject: '{unit' opens a brace"));
    CHECK(rule_error("subject = \"CN={label.}\"").starts_with("policy.toml:2:11: subject: '{label.}' stands for"));
    CHECK(rule_error("subject = \"C=Switzerland\"")
              .starts_with("policy.toml:2:11: subject: subject attribute C: 'Switzerland' has more than 2 characters"));
    CHECK(rule_error("san = [\"{unit}\"]") ==
          "policy.toml:2:8: san: '{unit}' is not an alternative name | names begin with dns:, ip:, uri: or email:, as "
          "\"dns:{unit}.fleet.example\"");
    CHECK(rule_error("san = [\"dns:ok.example\", \"DNS:a\"]").starts_with("policy.toml:2:26: san: 'DNS:a'"));
    CHECK(rule_error("san = [\"dns:{host}\"]").starts_with("policy.toml:2:8: san: '{host}' stands for nothing"));
    CHECK(rule_error("san = [\"ip:300.1.1.1\"]").starts_with("policy.toml:2:8: san: "));
    CHECK(rule_error("san = [\"dns:a b\"]").starts_with("policy.toml:2:8: san: "));
    CHECK(rule_error("usages = [\"serverAuth\", \"server\"]").starts_with("policy.toml:2:25: usages: "));
}

TEST_CASE("types and labels") {
    CHECK(document_error("[type.\"../x\"]") ==
          "policy.toml:1:7: '../x' cannot be the name of a type | names are letters, digits, '.', '_' and '-'");
    CHECK(document_error("[label.site]") ==
          "policy.toml:1:8: 'site' is not a label | write [label.\"KEY=VALUE\"], as [label.\"site=north\"]");
    CHECK(document_error("[label.\"=north\"]").starts_with("policy.toml:1:8: '=north' is not a label"));
    CHECK(document_error("[label.\"site=\"]") == "no error");
    CHECK(document_error("[label.\"a=b=c\"]") == "no error");
}

TEST_CASE("everything that may be said is taken over") {
    auto policy = Policy::parse(R"(
[defaults]
validity = "2y"
renew_before = "6mo"
max_age = "1y"
key = "rsa-3072"
subject = "CN={unit},O={organization}"
san = ["dns:{unit}.fleet.example", "ip:10.0.0.1"]
usages = ["serverAuth"]
issuer = "local"
allowed_keys = ["rsa-3072", "rsa-2048"]
allowed_signatures = ["sha256WithRSAEncryption"]
outlive_issuer = "refuse"
revoke_superseded = true

[type.online]
validity = "90d"

[type.cm]

[label."site=north"]
outlive_issuer = "shorten"
allowed_keys = []
)",
                                "policy.toml");
    const auto& all = policy.defaults;
    CHECK(all.validity == Period{.months = 24});
    CHECK(all.renew_before == Period{.months = 6});
    CHECK(all.max_age == Period{.months = 12});
    CHECK(all.key == "rsa-3072");
    CHECK(all.subject == "CN={unit},O={organization}");
    CHECK(all.san == std::vector<std::string>{"dns:{unit}.fleet.example", "ip:10.0.0.1"});
    CHECK(all.usages == std::vector<std::string>{"serverAuth"});
    CHECK(all.issuer == "local");
    CHECK(all.allowed_keys == std::vector<std::string>{"rsa-3072", "rsa-2048"});
    CHECK(all.allowed_signatures == std::vector<std::string>{"sha256WithRSAEncryption"});
    CHECK(all.outlive_issuer == Outlive::refuse);
    CHECK(all.revoke_superseded == true);
    REQUIRE(policy.types.size() == 2);
    CHECK(policy.types.at("online").validity == Period{.seconds = days{90}});
    CHECK_FALSE(policy.types.at("online").key);
    CHECK_FALSE(policy.types.at("cm").validity);
    REQUIRE(policy.labels.size() == 1);
    CHECK(policy.labels.at("site=north").outlive_issuer == Outlive::shorten);
    CHECK(policy.labels.at("site=north").allowed_keys == std::vector<std::string>{});
}

TEST_CASE("an empty text says nothing") {
    auto policy = Policy::parse("", "policy.toml");
    CHECK(policy.types.empty());
    CHECK(policy.labels.empty());
    CHECK_FALSE(policy.defaults.validity);
}

TEST_CASE("the order of slots") {
    Policy usual;
    CHECK(place_in(usual.node_order, "main") > place_in(usual.node_order, "zone"));
    CHECK(place_in(usual.node_order, "") == place_in(usual.node_order, "zone"));
    CHECK(place_in(usual.type_order, "iam") > place_in(usual.type_order, "sm"));

    auto policy = Policy::parse("node_order = [\"edge\", \"*\", \"\"]\ntype_order = [\"sm\", \"cm\"]\n", "policy.toml");
    CHECK(place_in(policy.node_order, "edge") < place_in(policy.node_order, "main"));
    CHECK(place_in(policy.node_order, "main") < place_in(policy.node_order, ""));
    CHECK(place_in(policy.type_order, "sm") < place_in(policy.type_order, "cm"));
    CHECK(place_in(policy.type_order, "cm") < place_in(policy.type_order, "iam"));
    CHECK(place_in(policy.type_order, "iam") == place_in(policy.type_order, "online"));

    CHECK(document_error("type_order = [\"\"]").starts_with("policy.toml:1:15: type_order: "));
    CHECK(document_error("node_order = [\"a/b\"]").starts_with("policy.toml:1:15: node_order: "));
    CHECK(document_error("node_order = [\"a\", \"a\"]") == "policy.toml:1:20: node_order names 'a' twice");
    CHECK(document_error("node_order = \"main\"").starts_with("policy.toml:1:14: node_order must be a list"));
}

TEST_CASE("how long lists of what was revoked are good") {
    auto policy = Policy::parse("crl_validity = \"2d\"\n", "policy.toml");
    CHECK(policy.crl_validity == Period{.seconds = std::chrono::days{2}});
    CHECK(document_error("crl_validity = \"5m\"") == "policy.toml:1:16: crl_validity cannot be 5m | it is 1h to 1y");
    CHECK(document_error("crl_validity = \"2y\"") == "policy.toml:1:16: crl_validity cannot be 2y | it is 1h to 1y");
}

TEST_CASE("the policy of a configuration file is taken out of it, comments and all") {
    const std::string mixed =
        "# ours\njobs = 4\nagent_roots = [\n  \"/a\",\n]\n\n# how long\nnode_order = [\"*\"]\n[defaults]\n# a "
        "year\nvalidity = "
        "\"1y\"\n";
    CHECK(policy_in_config(mixed, "config.toml") ==
          "# ours\n\n# how long\nnode_order = [\"*\"]\n[defaults]\n# a year\nvalidity = \"1y\"\n");
    CHECK(policy_in_config("jobs = 4\n[type.iam]", "config.toml") == "[type.iam]");
    auto error = [](const std::string& text) {
        try {
            policy_in_config(text, "config.toml");
        } catch (const Error& e) {
            CHECK(e.code() == Code::usage);
            return e.message();
        }
        return std::string("no error");
    };
    CHECK(error("jobs = 4\n") == "config.toml has no policy in it");
    // The place is that in the file.
    CHECK(error("jobs = 4\n\n[defaults]\nvalidty = \"1y\"\n") == "config.toml:4:1: 'validty' is not known here");
    CHECK(error("job = 4\n[defaults]\n") == "config.toml:1:1: 'job' is not known");
}

TEST_CASE("a document is 1 MiB at most") {
    CHECK(document_error(std::string(longest_document, '#')) == "no error");
    CHECK(document_error(std::string(longest_document + 1, '#')) == "policy.toml is larger than 1 MiB");
}
