#include "output/relative_time.hpp"

#include <doctest/doctest.h>

using namespace rekey;
using namespace rekey::cli;

namespace {

constexpr Time now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{12}};

Time at(const char* text) { return *from_rfc3339(text); }

}  // namespace

TEST_CASE("how far a time is, in the unit that says it well: months and years to the nearest, others rounded down") {
    CHECK(relative(now, now) == "now");
    CHECK(relative(now, now + Seconds{59}) == "now");
    CHECK(relative(now, now - Seconds{60}) == "1 min ago");
    CHECK(relative(now, now + Seconds{60}) == "in 1 min");
    CHECK(relative(now, at("2026-03-01T13:59:59Z")) == "in 119 min");
    CHECK(relative(now, at("2026-03-01T14:00:00Z")) == "in 2 h");
    CHECK(relative(now, at("2026-03-03T11:59:59Z")) == "in 47 h");
    CHECK(relative(now, at("2026-02-27T12:00:00Z")) == "2 d ago");
    CHECK(relative(now, at("2026-04-30T12:00:00Z")) == "in 60 d");
    CHECK(relative(now, at("2026-05-01T12:00:00Z")) == "in 2 mo");
    CHECK(relative(now, at("2027-03-01T11:59:59Z")) == "in 12 mo");
    CHECK(relative(now, at("2027-03-01T12:00:00Z")) == "in 12 mo");
    CHECK(relative(now, at("2025-03-01T12:00:01Z")) == "12 mo ago");
    CHECK(relative(now, at("2028-03-01T11:59:59Z")) == "in 2 y");
    CHECK(relative(now, at("2028-03-01T12:00:00Z")) == "in 2 y");
    CHECK(relative(now, at("2036-03-01T12:00:00Z")) == "in 10 y");
    CHECK(relative(now, at("2036-03-01T11:59:59Z")) == "in 10 y");
    CHECK(relative(now, at("2035-08-01T12:00:00Z")) == "in 9 y");
    CHECK(relative(now, at("2027-02-10T12:00:00Z")) == "in 11 mo");
    CHECK(relative(now, at("2016-03-01T12:00:00Z")) == "10 y ago");
}

TEST_CASE("the date stands beside it") {
    CHECK(date_and_relative(now, at("2035-11-20T08:00:00Z")) == "2035-11-20 (in 10 y)");
}

TEST_CASE("any time can be told") {
    CHECK(relative(now, at("9999-12-31T23:59:59Z")) == "in 7974 y");
    CHECK(relative(now, at("0001-01-01T00:00:00Z")) == "2025 y ago");
}
