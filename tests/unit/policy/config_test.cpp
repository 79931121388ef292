#include <doctest/doctest.h>

#include "base/temporary_folder.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

using namespace rekey;
using namespace rekey::policy;
using namespace std::chrono;

namespace {

/// The error that parsing `text` ends with, as `message | hint`.
std::string error_of(const std::string& text) {
    try {
        Config::parse(text, "config.toml");
    } catch (const Error& error) {
        CHECK(error.code() == Code::usage);
        return error.message() + (error.hint().empty() ? "" : " | " + error.hint());
    }
    return "no error";
}

/// One line in `[defaults]`, which is line 2 of the file.
std::string error_of_rule(const std::string& line) { return error_of("[defaults]\n" + line + "\n"); }

}  // namespace

TEST_CASE("what is not TOML is named with its place") {
    auto error = error_of("[defaults]\nvalidity = \n");
    CHECK_MESSAGE(error.starts_with("config.toml:2:"), error);
    CHECK(error_of("[defaults\n").starts_with("config.toml:1:"));
    CHECK(error_of("jobs = 1\njobs = 2\n").starts_with("config.toml:2:"));
    CHECK(error_of("[defaults]\nissuer = \"\xFF\"\n").starts_with("config.toml:2:"));
    CHECK(error_of(std::string("jobs = 1\0", 9)).starts_with("config.toml:1:"));
}

TEST_CASE("an unknown key is named with its place, and with the one that was meant") {
    CHECK(error_of("job = 4") == "config.toml:1:1: 'job' is not known | did you mean 'jobs'?");
    CHECK(error_of("jobs = 4\n\n[default]\nvalidity = \"1y\"") ==
          "config.toml:3:2: 'default' is not known | did you mean 'defaults'?");
    CHECK(error_of("[types.online]") == "config.toml:1:2: 'types' is not known | did you mean 'type'?");
    CHECK(error_of("wallpaper = 1") ==
          "config.toml:1:1: 'wallpaper' is not known | known are defaults, type, label, jobs, answer_deadline, "
          "unit_deadline, node_order, type_order, crl_folder, crl_validity, credentials, ca_file, agent_roots, "
          "agent_reloads");
    CHECK(error_of_rule("  renewbefore = \"90d\"") ==
          "config.toml:2:3: 'renewbefore' is not known here | did you mean 'renew_before'?");
    CHECK(error_of_rule("sans = []") == "config.toml:2:1: 'sans' is not known here | did you mean 'san'?");
    CHECK(error_of("[type.online]\nkeys = 1") == "config.toml:2:1: 'keys' is not known here | did you mean 'key'?");
    CHECK(error_of("[label.\"site=north\"]\nvalidty = \"1y\"") ==
          "config.toml:2:1: 'validty' is not known here | did you mean 'validity'?");
    CHECK(error_of_rule("colour = 1") ==
          "config.toml:2:1: 'colour' is not known here | known are validity, renew_before, renew_spread, max_age, key, "
          "subject, san, usages, key_usage, certificate_policies, crl_urls, ocsp_urls, ca_issuer_urls, issuer, "
          "allowed_keys, allowed_signatures, allowed_names, outlive_issuer, revoke_superseded");
}

TEST_CASE("a rule outside of a table is told where it belongs") {
    CHECK(error_of("validity = \"1y\"") ==
          "config.toml:1:1: 'validity' is not known | 'validity' belongs into [defaults], [type.NAME] or "
          "[label.\"KEY=VALUE\"]");
}

TEST_CASE("terminal escapes in a key are shown, not obeyed") {
    CHECK(error_of("\"a\\u001b[2Jb\" = 1").starts_with("config.toml:1:1: 'a\\x1B[2Jb' is not known"));
    CHECK(error_of_rule("key = \"a\\u001b\"")
              .starts_with("config.toml:2:7: key: keys of the kind 'a\\x1B' are not made here"));
}

TEST_CASE("a value of the wrong type") {
    CHECK(error_of_rule("validity = 10") == "config.toml:2:12: validity must be a period as \"90d\", not an integer");
    CHECK(error_of_rule("max_age = true") ==
          "config.toml:2:11: max_age must be a period as \"90d\", not true or false");
    CHECK(error_of_rule("renew_before = 1.5") ==
          "config.toml:2:16: renew_before must be a period as \"90d\", not a decimal number");
    CHECK(error_of_rule("validity = 2030-01-01") ==
          "config.toml:2:12: validity must be a period as \"90d\", not a date or time");
    CHECK(error_of_rule("key = [\"ec-p256\"]") == "config.toml:2:7: key must be a string, not a list");
    CHECK(error_of_rule("subject = {CN = \"a\"}") == "config.toml:2:11: subject must be a string, not a table");
    CHECK(error_of_rule("san = \"dns:a\"") == "config.toml:2:7: san must be a list of strings, not a string");
    CHECK(error_of_rule("san = [\"dns:a\", 3]") == "config.toml:2:17: san must be a string, not an integer");
    CHECK(error_of_rule("usages = \"serverAuth\"") ==
          "config.toml:2:10: usages must be a list of strings, not a string");
    CHECK(error_of_rule("issuer = 1") == "config.toml:2:10: issuer must be a string, not an integer");
    CHECK(error_of_rule("allowed_keys = \"ec-p256\"") ==
          "config.toml:2:16: allowed_keys must be a list of strings, not a string");
    CHECK(error_of_rule("outlive_issuer = true") ==
          "config.toml:2:18: outlive_issuer must be a string, not true or false");
    CHECK(error_of_rule("revoke_superseded = \"yes\"") ==
          "config.toml:2:21: revoke_superseded must be true or false, not a string");
    CHECK(error_of("jobs = \"4\"") == "config.toml:1:8: jobs must be an integer, not a string");
    CHECK(error_of("defaults = 1") == "config.toml:1:12: defaults must be a table, not an integer");
    CHECK(error_of("type = \"online\"") == "config.toml:1:8: type must be a table, not a string");
    CHECK(error_of("[type]\nonline = 1") == "config.toml:2:10: type.online must be a table, not an integer");
    CHECK(error_of("[[type]]") == "config.toml:1:1: type must be a table, not a list");
}

TEST_CASE("a period that is none, or impossible") {
    const std::string units = " | a period is a number and a unit: 10y, 6mo, 2w, 90d, 24h, 30m, 45s";
    CHECK(error_of_rule("validity = \"10\"") == "config.toml:2:12: validity: '10' is no period" + units);
    CHECK(error_of_rule("validity = \"\"") == "config.toml:2:12: validity: '' is no period" + units);
    CHECK(error_of_rule("validity = \"-1d\"") == "config.toml:2:12: validity: '-1d' is no period" + units);
    CHECK(error_of_rule("validity = \"1 y\"") == "config.toml:2:12: validity: '1 y' is no period" + units);
    CHECK(error_of_rule("max_age = \"1.5y\"") == "config.toml:2:11: max_age: '1.5y' is no period" + units);
    CHECK(error_of_rule("validity = \"0y\"") == "config.toml:2:12: validity cannot be 0y");
    CHECK(error_of_rule("validity = \"0s\"") == "config.toml:2:12: validity cannot be 0s");
    CHECK(error_of_rule("renew_before = \"0d\"") == "config.toml:2:16: renew_before cannot be 0d");
    CHECK(error_of_rule("max_age = \"0d\"") == "config.toml:2:11: max_age cannot be 0d");
    CHECK(error_of_rule("max_age = \"23h\"") == "config.toml:2:11: max_age cannot be 23h | it is 1d or more");
    CHECK(error_of_rule("max_age = \"86399s\"") == "config.toml:2:11: max_age cannot be 86399s | it is 1d or more");
    CHECK(error_of_rule("max_age = \"24h\"") == "no error");
}

TEST_CASE("other impossible values") {
    CHECK(error_of_rule("key = \"ec-p265\"") ==
          "config.toml:2:7: key: keys of the kind 'ec-p265' are not made here | use one of ec-p256, ec-p384, ed25519, "
          "rsa-3072, rsa-4096; with OpenSSL 3.5 or later also ml-dsa-44, ml-dsa-65, ml-dsa-87");
    CHECK(error_of_rule("key = \"rsa-1024\"")
              .starts_with("config.toml:2:7: key: keys of the kind 'rsa-1024' are not made here"));
    CHECK(error_of_rule("allowed_keys = [\"ec-p256\", \"\"]") ==
          "config.toml:2:28: allowed_keys cannot hold an empty name");
    CHECK(error_of_rule("outlive_issuer = \"maybe\"") ==
          "config.toml:2:18: outlive_issuer cannot be 'maybe' | it is \"shorten\" or \"refuse\"");
    CHECK(error_of_rule("issuer = \"-x\"").starts_with("config.toml:2:10: issuer: '-x' cannot be"));
    CHECK(error_of("jobs = -1") ==
          "config.toml:1:8: jobs cannot be -1 | it is 1 to 1024, or 0 for as many as suit the machine");
    CHECK(error_of("jobs = 1025").starts_with("config.toml:1:8: jobs cannot be 1025"));
    CHECK(error_of("jobs = 9223372036854775807").starts_with("config.toml:1:8: jobs cannot be"));
}

TEST_CASE("subjects and names that no certificate can carry") {
    CHECK(
        error_of_rule("subject = \"CN\"").starts_with("config.toml:2:11: subject: subject 'CN': 'CN' is no attribute"));
    CHECK(error_of_rule("subject = \"XY=1\"")
              .starts_with("config.toml:2:11: subject: subject 'XY=1': attribute 'XY' is not known"));
    CHECK(error_of_rule("subject = \"CN={unit},O={organisation}\"") ==
          "config.toml:2:11: subject: '{organisation}' stands for nothing | templates know {unit}, {node}, {type}, "
          "{organization} and {label.KEY}");
    CHECK(error_of_rule("subject = \"CN={unit\"").starts_with("config.toml:2:11: subject: '{unit' opens a brace"));
    CHECK(error_of_rule("subject = \"CN={label.}\"").starts_with("config.toml:2:11: subject: '{label.}' stands for"));
    CHECK(error_of_rule("subject = \"C=Switzerland\"")
              .starts_with("config.toml:2:11: subject: subject attribute C: 'Switzerland' has more than 2 characters"));
    CHECK(error_of_rule("san = [\"{unit}\"]") ==
          "config.toml:2:8: san: '{unit}' is no alternative name | names begin with dns:, ip:, uri: or email:, as "
          "\"dns:{unit}.fleet.example\"");
    CHECK(error_of_rule("san = [\"dns:ok.example\", \"DNS:a\"]").starts_with("config.toml:2:26: san: 'DNS:a'"));
    CHECK(error_of_rule("san = [\"dns:{host}\"]").starts_with("config.toml:2:8: san: '{host}' stands for nothing"));
    CHECK(error_of_rule("san = [\"ip:300.1.1.1\"]").starts_with("config.toml:2:8: san: "));
    CHECK(error_of_rule("san = [\"dns:a b\"]").starts_with("config.toml:2:8: san: "));
    CHECK(error_of_rule("usages = [\"serverAuth\", \"server\"]").starts_with("config.toml:2:25: usages: "));
}

TEST_CASE("types and labels") {
    CHECK(error_of("[type.\"../x\"]") ==
          "config.toml:1:7: '../x' cannot be the name of a type | names are letters, digits, '.', '_' and '-'");
    CHECK(error_of("[label.site]") ==
          "config.toml:1:8: 'site' is no label | write [label.\"KEY=VALUE\"], as [label.\"site=north\"]");
    CHECK(error_of("[label.\"=north\"]").starts_with("config.toml:1:8: '=north' is no label"));
    CHECK(error_of("[label.\"site=\"]") == "no error");
    CHECK(error_of("[label.\"a=b=c\"]") == "no error");
}

TEST_CASE("everything that may be said is taken over") {
    auto config = Config::parse(R"(
jobs = 8

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
                                "config.toml");
    CHECK(config.jobs == 8);
    const auto& all = config.defaults;
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
    REQUIRE(config.types.size() == 2);
    CHECK(config.types.at("online").validity == Period{.seconds = days{90}});
    CHECK_FALSE(config.types.at("online").key);
    CHECK_FALSE(config.types.at("cm").validity);
    REQUIRE(config.labels.size() == 1);
    CHECK(config.labels.at("site=north").outlive_issuer == Outlive::shorten);
    CHECK(config.labels.at("site=north").allowed_keys == std::vector<std::string>{});
}

TEST_CASE("an empty text says nothing") {
    auto config = Config::parse("", "config.toml");
    CHECK(config.jobs == 0);
    CHECK(config.types.empty());
    CHECK(config.labels.empty());
    CHECK_FALSE(config.defaults.validity);
}

TEST_CASE("loading a file") {
    test::TemporaryFolder folder;
    auto path = folder / "config.toml";
    CHECK(Config::load(path, false).jobs == 0);
    CHECK_THROWS_WITH_AS(Config::load(path, true), ("configuration file '" + path + "' is not there").c_str(), Error);

    test::write_to(path, "jobs = 3\n");
    CHECK(Config::load(path, true).jobs == 3);
    CHECK(Config::load(path, false).jobs == 3);
    CHECK(Config::load(path + "/below-a-file", false).jobs == 0);

    test::write_to(path, "jobs = -1\n");
    CHECK_THROWS_WITH_AS(Config::load(path, false), (path + ":1:8: jobs cannot be -1").c_str(), Error);

    test::write_to(path, std::string((1 << 20) + 1, '#'));
    CHECK_THROWS_WITH_AS(Config::load(path, false), ("configuration file '" + path + "' is larger than 1 MiB").c_str(),
                         Error);
    CHECK_THROWS_WITH_AS(Config::load("/", false), "configuration file '/' cannot be read: Is a directory", Error);
    // A wrong path is the user's; an I/O error, as reading this one is, is not.
    auto code = [](const std::string& file) {
        try {
            Config::load(file, false);
        } catch (const Error& e) {
            return e.code();
        }
        return Code::interrupted;
    };
    CHECK(code("/") == Code::usage);
    CHECK(code("/proc/self/mem") == Code::failed);
}

TEST_CASE("how long units may be silent, and the order of slots") {
    Config usual;
    CHECK(usual.unit_deadline.approximate() == minutes{5});
    CHECK(place_in(usual.node_order, "main") > place_in(usual.node_order, "zone"));
    CHECK(place_in(usual.node_order, "") == place_in(usual.node_order, "zone"));
    CHECK(place_in(usual.type_order, "iam") > place_in(usual.type_order, "sm"));

    auto config = Config::parse(
        "unit_deadline = \"2m\"\nnode_order = [\"edge\", \"*\", \"\"]\ntype_order = [\"sm\", \"cm\"]\n", "config.toml");
    CHECK(config.unit_deadline.approximate() == minutes{2});
    CHECK(place_in(config.node_order, "edge") < place_in(config.node_order, "main"));
    CHECK(place_in(config.node_order, "main") < place_in(config.node_order, ""));
    CHECK(place_in(config.type_order, "sm") < place_in(config.type_order, "cm"));
    CHECK(place_in(config.type_order, "cm") < place_in(config.type_order, "iam"));
    CHECK(place_in(config.type_order, "iam") == place_in(config.type_order, "online"));

    CHECK(error_of("unit_deadline = \"2d\"") == "config.toml:1:17: unit_deadline cannot be 2d | it is 1d at most");
    CHECK(error_of("unit_deadline = 5").starts_with("config.toml:1:17: unit_deadline must be a period"));
    CHECK(error_of("type_order = [\"\"]").starts_with("config.toml:1:15: type_order: "));
    CHECK(error_of("node_order = [\"a/b\"]").starts_with("config.toml:1:15: node_order: "));
    CHECK(error_of("node_order = [\"a\", \"a\"]") == "config.toml:1:20: node_order names 'a' twice");
    CHECK(error_of("node_order = \"main\"").starts_with("config.toml:1:14: node_order must be a list"));
}

TEST_CASE("how units are reached, and what an agent may do") {
    auto none = Config::parse("", "c.toml");
    CHECK(none.answer_deadline == std::chrono::seconds{30});
    CHECK(none.agent_roots.empty());
    auto config =
        Config::parse("answer_deadline = \"2m\"\nagent_roots = [\"/srv/a\", \"/b\"]\nagent_reloads = [\"x y\"]", "c");
    CHECK(config.answer_deadline == std::chrono::seconds{120});
    CHECK(config.agent_roots == std::vector<std::string>{"/srv/a", "/b"});
    CHECK(config.agent_reloads == std::vector<std::string>{"x y"});
    for (std::string wrong :
         {"answer_deadline = 30", "answer_deadline = \"0s\"", "answer_deadline = \"2h\"", "answer_deadline = \"1mo\"",
          "agent_roots = \"/a\"", "agent_roots = []", "agent_roots = [\"a\"]", "agent_roots = [\"\"]",
          "agent_roots = [1]", "agent_reloads = [\"\"]", "[defaults]\nanswer_deadline = \"1s\""}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(Config::parse(wrong, "c"), Error);
    }
}

TEST_CASE("where lists of what was revoked are kept, and how long they are good") {
    CHECK(Config{}.crl_folder.empty());
    auto config = Config::parse("crl_folder = \"/srv/pki\"\ncrl_validity = \"2d\"\n", "config.toml");
    CHECK(config.crl_folder == "/srv/pki");
    CHECK(config.crl_validity == Period{.seconds = std::chrono::days{2}});
    CHECK(error_of("crl_folder = \"pki\"") ==
          "config.toml:1:14: crl_folder cannot be 'pki' | it is an absolute path, as \"/srv/pki\"");
    CHECK(error_of("crl_validity = \"5m\"") == "config.toml:1:16: crl_validity cannot be 5m | it is 1h to 1y");
    CHECK(error_of("crl_validity = \"2y\"") == "config.toml:1:16: crl_validity cannot be 2y | it is 1h to 1y");
}
