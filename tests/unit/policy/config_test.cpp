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

}  // namespace

TEST_CASE("what is not TOML is named with its place") {
    CHECK(error_of("jobs = \n").starts_with("config.toml:1:"));
    CHECK(error_of("jobs = 1\njobs = 2\n").starts_with("config.toml:2:"));
    CHECK(error_of("ca_file = \"\xFF\"\n").starts_with("config.toml:1:"));
    CHECK(error_of(std::string("jobs = 1\0", 9)).starts_with("config.toml:1:"));
}

TEST_CASE("an unknown key is named with its place, and with the one that was meant") {
    CHECK(error_of("job = 4") == "config.toml:1:1: 'job' is not known | did you mean 'jobs'?");
    CHECK(error_of("wallpaper = 1") ==
          "config.toml:1:1: 'wallpaper' is not known | known are jobs, answer_deadline, unit_deadline, crl_folder, "
          "ca_file, agent_roots, agent_reloads, notify");
    CHECK(error_of("validity = \"1y\"") ==
          "config.toml:1:1: 'validity' is not known | 'validity' belongs in the policy of the home: rekey policy edit");
    CHECK(error_of("\"a\\u001b[2Jb\" = 1").starts_with("config.toml:1:1: 'a\\x1B[2Jb' is not known"));
}

TEST_CASE("policy is refused, with the command that takes it into the home") {
    const std::string remedy =
        " is policy, which is kept in the home, not in a user's configuration | take the policy of this file into the "
        "home: rekey policy load --from-config; then remove it here";
    CHECK(error_of("jobs = 4\n\n[defaults]\nvalidity = \"1y\"\n") == "config.toml:3:2: 'defaults'" + remedy);
    CHECK(error_of("[type.iam]") == "config.toml:1:2: 'type'" + remedy);
    CHECK(error_of("[label.\"a=b\"]") == "config.toml:1:2: 'label'" + remedy);
    CHECK(error_of("[credentials]\nmax_age = \"1y\"") == "config.toml:1:2: 'credentials'" + remedy);
    for (std::string key : {"node_order", "type_order", "crl_validity"})
        CHECK(error_of(key + " = 1") == "config.toml:1:1: '" + key + "'" + remedy);
}

TEST_CASE("impossible values") {
    CHECK(error_of("jobs = \"4\"") == "config.toml:1:8: jobs must be an integer, not a string");
    CHECK(error_of("jobs = -1") ==
          "config.toml:1:8: jobs cannot be -1 | it is 1 to 1024, or 0 for as many as suit the machine");
    CHECK(error_of("jobs = 1025").starts_with("config.toml:1:8: jobs cannot be 1025"));
    CHECK(error_of("jobs = 9223372036854775807").starts_with("config.toml:1:8: jobs cannot be"));
    CHECK(error_of("unit_deadline = \"2d\"") == "config.toml:1:17: unit_deadline cannot be 2d | it is 1d at most");
    CHECK(error_of("unit_deadline = 5").starts_with("config.toml:1:17: unit_deadline must be a period"));
    CHECK(error_of("crl_folder = \"pki\"") ==
          "config.toml:1:14: crl_folder cannot be 'pki' | it is an absolute path, as \"/srv/pki\"");
}

TEST_CASE("what may be said, and what holds where nothing is") {
    auto none = Config::parse("", "config.toml");
    CHECK(none.jobs == 0);
    CHECK(none.unit_deadline.approximate() == minutes{5});
    CHECK(none.crl_folder.empty());
    auto config = Config::parse("jobs = 8\nunit_deadline = \"2m\"\ncrl_folder = \"/srv/pki\"\n", "config.toml");
    CHECK(config.jobs == 8);
    CHECK(config.unit_deadline.approximate() == minutes{2});
    CHECK(config.crl_folder == "/srv/pki");
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

TEST_CASE("who is told of findings") {
    auto none = Config::parse("", "c").notify;
    CHECK(none.command.empty());
    CHECK_FALSE(none.repeat);
    auto least = Config::parse("[notify]\ncommand = \"mail ops\"\n", "c").notify;
    CHECK(least.command == "mail ops");
    CHECK_FALSE(least.repeat);
    CHECK(least.deadline == none.deadline);
    auto all = Config::parse("notify = {command = \"x\", repeat = \"1mo\", deadline = \"1h\"}", "c").notify;
    CHECK(all.repeat->to_string() == "1mo");
    CHECK(all.deadline == hours{1});
}

TEST_CASE("what [notify] cannot say") {
    auto wrong = [](const std::string& lines) { return error_of("[notify]\n" + lines); };
    CHECK(wrong("") ==
          "config.toml:1:1: [notify] has no command, so that no notice can be sent | as in: command = \"mail -s rekey "
          "ops\"");
    CHECK(wrong("repeat = \"1d\"").starts_with("config.toml:1:1: [notify] has no command"));
    CHECK(wrong("command = \"\"").starts_with("config.toml:1:1: [notify] has no command"));
    CHECK(wrong("command = [\"mail\"]") == "config.toml:2:11: command must be a string, not a list");
    CHECK(wrong("comand = \"x\"") == "config.toml:2:1: 'comand' is not known in [notify] | did you mean 'command'?");
    CHECK(wrong("to = \"ops\"") ==
          "config.toml:2:1: 'to' is not known in [notify] | known are command, repeat, deadline");
    CHECK(wrong("command = \"x\"\nrepeat = \"0d\"").starts_with("config.toml:3:10: repeat cannot be 0d"));
    CHECK(wrong("command = \"x\"\nrepeat = 7").starts_with("config.toml:3:10: repeat must be a period"));
    CHECK(wrong("command = \"x\"\ndeadline = \"2h\"") == "config.toml:3:12: deadline cannot be 2h | it is 1s to 1h");
    CHECK(wrong("command = \"x\"\ndeadline = \"0s\"").starts_with("config.toml:3:12: deadline cannot be 0s"));
    CHECK(error_of("notify = \"mail ops\"").starts_with("config.toml:1:10: notify must be a table"));
}
