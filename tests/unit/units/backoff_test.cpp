#include "units/survey/backoff.hpp"

#include <doctest/doctest.h>

#include <set>

#include "units/fleet.hpp"

using namespace rekey;
using namespace rekey::test;
using namespace std::chrono;

namespace {

void offline(Fleet& fleet, store::Unit& unit, const std::string& cause = "gone") {
    fleet.store().write(
        [&](store::Transaction& transaction) { units::mark_offline(transaction, unit, cause, fleet.now); });
}

}  // namespace

TEST_CASE("the wait doubles from 5 minutes up to a day, a quarter more or less, and never above a day") {
    Fleet fleet;
    fleet.add("unit-1");
    auto unit = fleet.unit("unit-1");
    auto since = fleet.now;
    for (int attempt = 1; attempt <= 20; ++attempt) {
        CAPTURE(attempt);
        offline(fleet, unit, "attempt " + std::to_string(attempt));
        auto plain = std::min<seconds>(minutes{5} * (1 << std::min(attempt - 1, 10)), hours{24});
        auto wait = *unit.next_attempt - fleet.now;
        CHECK(wait >= plain * 3 / 4 - seconds{1});
        CHECK(wait <= std::min<seconds>(plain * 5 / 4 + seconds{1}, hours{24}));
        CHECK(unit.attempts == attempt);
        CHECK(unit.offline_since == since);
        auto stored = fleet.unit("unit-1");
        CHECK(stored.next_attempt == unit.next_attempt);
        CHECK(stored.offline_cause == "attempt " + std::to_string(attempt));
        CHECK(stored.attempts == attempt);
        fleet.now += hours{1};
    }
}

TEST_CASE("the jitter is the same for the same unit and attempt, and differs between units") {
    std::set<Time> attempts;
    std::optional<Time> first;
    for (int round = 0; round < 2; ++round) {
        Fleet fleet;
        for (int i = 0; i < 20; ++i) {
            auto name = "unit-" + std::to_string(i);
            fleet.add(name);
            auto unit = fleet.unit(name);
            offline(fleet, unit);
            if (i == 0) {
                if (first) CHECK(first == unit.next_attempt);
                first = unit.next_attempt;
            }
            attempts.insert(*unit.next_attempt);
        }
    }
    CHECK(attempts.size() > 10);
}

TEST_CASE("an answer ends it") {
    Fleet fleet;
    fleet.add("unit-1");
    auto unit = fleet.unit("unit-1");
    offline(fleet, unit);
    offline(fleet, unit);
    fleet.now += hours{3};
    fleet.store().write([&](store::Transaction& transaction) { units::mark_online(transaction, unit, fleet.now); });
    for (const auto& seen : {unit, fleet.unit("unit-1")}) {
        CHECK(seen.seen_at == fleet.now);
        CHECK_FALSE(seen.offline_since);
        CHECK(seen.offline_cause.empty());
        CHECK(seen.attempts == 0);
        CHECK_FALSE(seen.next_attempt);
    }
    offline(fleet, unit);
    CHECK(unit.offline_since == fleet.now);
    CHECK(unit.attempts == 1);
}

TEST_CASE("what others changed meanwhile is not written over") {
    Fleet fleet;
    fleet.add("unit-1");
    auto old = fleet.unit("unit-1");
    units::set(fleet.home(), "unit-1",
               {.address = {}, .reload = "true", .probe = {}, .labels = {{"site", "a"}}, .slots = {}}, fleet.stamp());
    offline(fleet, old);
    CHECK(fleet.unit("unit-1").reload == "true");
    CHECK(fleet.unit("unit-1").labels == store::Labels{{"site", "a"}});

    auto removed = fleet.unit("unit-1");
    units::remove(fleet.home(), "unit-1", fleet.stamp());
    offline(fleet, removed);
    fleet.add("unit-1");
    offline(fleet, removed);
    CHECK_FALSE(fleet.unit("unit-1").offline_since);
}
