#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "errors.hpp"
#include "renewal/fleet.hpp"

using namespace rekey;
using renewal::FindingKind;
using renewal::Urgency;

namespace {

std::string text_in(const std::string& path) {
    std::ifstream file(path);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

/// A fleet with an empty slot, and a command that writes what it was told.
struct Told : test::Fleet {
    Told() { add("pump", {"online"}); }

    std::string words = scratch / "words";
    std::string json = scratch / "json";
    policy::Notify how{.command = "printf %s \"$REKEY_SUMMARY\" >" + words + "; cat >" + json, .repeat = {}};

    std::int64_t notify() { return renewal::notify(home, current_policy(), how, stamp()); }
};

renewal::Finding finding(FindingKind kind, Urgency urgency, const std::string& subject) {
    return {kind, urgency, subject, "is so", "mend it", {}};
}

}  // namespace

TEST_CASE("findings are counted, and the worst are the examples") {
    renewal::FindingCounts counts;
    for (int i = 0; i < 9; ++i) counts.add(finding(FindingKind::away, Urgency::note, "n" + std::to_string(i)));
    counts.add(finding(FindingKind::away, Urgency::warning, "w1"));
    counts.add(finding(FindingKind::away, Urgency::critical, "c1"));
    counts.add(finding(FindingKind::away, Urgency::warning, "w2"));
    counts.add(finding(FindingKind::found_place, Urgency::note, "p"));
    auto groups = counts.groups();
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].urgency == Urgency::critical);
    CHECK(groups[0].total == 3);
    REQUIRE(groups[0].examples.size() == 3);
    CHECK(groups[0].examples[0].subject == "c1");
    CHECK(groups[0].examples[1].subject == "w1");
    CHECK(groups[1].urgency == Urgency::note);
    CHECK(groups[1].total == 1);
    CHECK(counts.count(Urgency::note) == 10);
    CHECK(counts.count(FindingKind::found_place) == 0);
}

TEST_CASE("the same finding is the same tomorrow, and that of another certificate is not") {
    auto one = finding(FindingKind::due, Urgency::warning, "u/online");
    one.which = "A1";
    auto tomorrow = one;
    tomorrow.what = "is due: expires in 19 days";
    tomorrow.urgency = Urgency::critical;
    CHECK(renewal::identity_of(one) == renewal::identity_of(tomorrow));
    tomorrow.which = "A2";
    CHECK(renewal::identity_of(one) != renewal::identity_of(tomorrow));
}

TEST_CASE("people are told once, again when it was gone, and again after a while") {
    Told told;
    CHECK(told.notify() == 1);
    CHECK(text_in(told.words).find("pump/online is empty") != std::string::npos);
    CHECK(text_in(told.json).find("\"kind\":\"empty\"") != std::string::npos);
    std::filesystem::remove(told.words);
    CHECK(told.notify() == 0);
    told.how.repeat = Period{.months = 0, .seconds = std::chrono::hours{48}};
    told.now += std::chrono::hours{47};
    CHECK(told.notify() == 0);
    CHECK_FALSE(std::filesystem::exists(told.words));
    told.now += std::chrono::hours{1};
    CHECK(told.notify() == 1);

    told.how.repeat = {};
    told.generate("pump");
    CHECK(told.notify() == 0);
    // What was gone is new when it is there again.
    told.add("valve", {"online"});
    CHECK(told.notify() == 1);
}

TEST_CASE("what nobody was told is told by the next call") {
    Told told;
    auto good = told.how.command;
    told.how.command = "echo no mail today; exit 75";
    auto error = test::error_of([&] { told.notify(); });
    CHECK(error.code() == Code::failed);
    CHECK(error.message().find("no mail today") != std::string::npos);
    told.how.command = good;
    CHECK(told.notify() == 1);
}

TEST_CASE("while another process tells, nobody is told twice") {
    Told told;
    auto lock = told.home.store().lock("notify");
    REQUIRE(lock);
    CHECK(told.notify() == 0);
    CHECK_FALSE(std::filesystem::exists(told.words));
    lock.reset();
    CHECK(told.notify() == 1);
}

TEST_CASE("a unit that is away is no alarm before something there is due") {
    Told told;
    told.generate("pump");
    std::filesystem::rename(told.folder("pump"), told.folder("gone"));
    told.run(test::Fleet::all());
    auto urgency_at = [&](Time now) {
        std::optional<Urgency> urgency;
        renewal::each_finding(told.home, told.current_policy(), {}, now, [&](const renewal::Finding& each) {
            if (each.kind == FindingKind::away) urgency = each.urgency;
        });
        return urgency;
    };
    CHECK(urgency_at(told.now + std::chrono::days{20}) == Urgency::note);
    constexpr std::chrono::days ten_years{3653};
    CHECK(urgency_at(told.now + ten_years - std::chrono::days{30}) == Urgency::warning);
    CHECK(urgency_at(told.now + ten_years - std::chrono::days{3}) == Urgency::critical);
}
