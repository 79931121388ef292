#include <doctest/doctest.h>

#include "errors.hpp"
#include "renewal/fleet.hpp"

using namespace rekey;
using namespace rekey::renewal;

namespace {

/// Two units with a certificate each, below the built-in policy.
struct Judged : test::Fleet {
    Judged() {
        add("pump", {"online"});
        add("valve", {"online"});
        generate("pump");
        generate("valve");
    }

    PolicyEffect effect(const std::string& document) {
        return effect_of(home, policy::Policy::parse(document, "policy"), now);
    }
    LoadedPolicy load(const std::string& document, std::int64_t seen, const std::string& comment = "") {
        return load_policy(home, {document, comment, seen}, stamp());
    }
    std::int64_t revision() {
        auto current = store::policy_in_force(home.store());
        return current ? current->revision : 0;
    }
    std::int64_t entries() { return store::verify_audit(home.store()).entries; }
};

const std::string other_keys = "[defaults]\nkey = \"ec-p384\"\n";

std::string slots_in(const PolicyEffect::Group& group) {
    std::string slots;
    for (const auto& each : group.examples) slots += each.slot.to_string() + " ";
    return slots;
}

}  // namespace

TEST_CASE("a document that says what holds already has no effect") {
    Judged fleet;
    auto effect = fleet.effect("");
    CHECK(effect.slots == 2);
    CHECK(effect.none());
    CHECK(fleet.effect("[type.iam]\nkey = \"ec-p384\"\n").none());
}

TEST_CASE("what becomes due by a document is told with the reason, and changes nothing yet") {
    Judged fleet;
    auto before = fleet.entries();
    auto effect = fleet.effect(other_keys);
    CHECK(effect.due.count == 2);
    CHECK(slots_in(effect.due) == "pump/online valve/online ");
    CHECK(effect.due.examples.front().why.find("ec-p384") != std::string::npos);
    CHECK_FALSE(effect.none());
    CHECK(fleet.entries() == before);
    CHECK(fleet.revision() == 0);
    CHECK(fleet.run(test::Fleet::due()).done == 0);
}

TEST_CASE("what was due before a document is not due by it") {
    Judged fleet;
    fleet.load(other_keys, 0);
    CHECK(fleet.effect(other_keys).none());
    // The kind of key is another one again, and so is the reason; that it is due is nothing new.
    CHECK(fleet.effect("[defaults]\nkey = \"rsa-3072\"\n").due.count == 0);
}

TEST_CASE("slots for which no certificate could be made any more are told apart") {
    Judged fleet;
    fleet.add("gate", {"iam"});
    auto effect = fleet.effect("[type.online]\nsan = [\"dns:{label.site}\"]\n");
    CHECK(effect.slots == 3);
    CHECK(effect.impossible.count == 2);
    CHECK(effect.impossible.examples.front().why.find("site") != std::string::npos);
    CHECK(effect.due.count == 0);
    // An issuer that is not there is no document's mistake: it may come later.
    effect = fleet.effect("[type.iam]\nissuer = \"nowhere\"\n");
    CHECK(slots_in(effect.impossible) == "gate/iam ");
}

TEST_CASE("the first examples are kept, and all are counted") {
    Judged fleet;
    fleet.add("many", {"a", "b", "c"});
    fleet.generate("many");
    auto effect = fleet.effect(other_keys);
    CHECK(effect.due.count == 5);
    CHECK(slots_in(effect.due) == "many/a many/b many/c ");
    CHECK(effect.due.examples.size() == PolicyEffect::most_examples);
}

TEST_CASE("a document is in force from its revision on, with one entry in the trail") {
    Judged fleet;
    auto before = fleet.entries();
    auto loaded = fleet.load(other_keys, 0, "larger keys");
    CHECK(loaded.revision == 1);
    CHECK_FALSE(loaded.already);
    CHECK(fleet.entries() == before + 1);
    auto current = store::policy_in_force(fleet.home.store());
    REQUIRE(current);
    CHECK(current->document == other_keys);
    CHECK(current->comment == "larger keys");
    CHECK(current->actor == "tester@bench");
    CHECK(fleet.current_policy().defaults.key == "ec-p384");
    CHECK(fleet.run(test::Fleet::due()).done == 2);
    CHECK(fleet.effect("").due.count == 2);
}

TEST_CASE("the same document again changes nothing, whatever was seen") {
    Judged fleet;
    fleet.load(other_keys, 0);
    auto before = fleet.entries();
    for (std::int64_t seen : {0, 1, 7}) {
        auto again = fleet.load(other_keys, seen);
        CHECK(again.revision == 1);
        CHECK(again.already);
    }
    CHECK(fleet.entries() == before);
}

TEST_CASE("a document is refused where another one came into force since its effect was looked at") {
    Judged fleet;
    fleet.load(other_keys, 0);
    auto before = fleet.entries();
    auto error = test::error_of([&] { fleet.load("jobs_are_elsewhere = 1\n", 1); });
    CHECK(error.code() == Code::usage);
    for (std::int64_t seen : {0, 2}) {
        error = test::error_of([&] { fleet.load("[defaults]\nkey = \"ed25519\"\n", seen); });
        CHECK(error.code() == Code::refused);
        CHECK(error.message() == "the policy was changed meanwhile: revision 1 of tester@bench is in force");
        CHECK(error.hint().find("rekey policy diff") != std::string::npos);
    }
    CHECK(fleet.revision() == 1);
    CHECK(fleet.entries() == before);
    CHECK(fleet.load("[defaults]\nkey = \"ed25519\"\n", 1).revision == 2);
}

TEST_CASE("a comment is one line of text") {
    Judged fleet;
    for (const std::string& wrong :
         {std::string("a\nb"), std::string("\x1B[2J"), std::string("\xFF"), std::string(4097, 'x')})
        CHECK(test::error_of([&] { fleet.load(other_keys, 0, wrong); }).code() == Code::usage);
    CHECK(fleet.revision() == 0);
    CHECK(fleet.load(other_keys, 0, std::string(4096, 'x')).revision == 1);
}
