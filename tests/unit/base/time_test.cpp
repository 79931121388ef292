#include <doctest/doctest.h>

#include "rekey/base/base.hpp"

using namespace rekey;
using namespace std::chrono;

namespace {

Time at(const char* text) { return *from_rfc3339(text); }

std::string moved(const char* period, const char* from) { return to_rfc3339(Period::parse(period)->after(at(from))); }

}  // namespace

TEST_CASE("what is no RFC 3339 time is refused") {
    for (const char* text :
         {"", "2036", "2036-11-22", "2036-11-22T08:00:00", "2036-11-22T08:00Z", "2036-13-01T00:00:00Z",
          "2035-02-29T00:00:00Z", "2036-11-22T24:00:00Z", "2036-11-22T08:60:00Z", "2036-11-22T08:00:60Z",
          "2036-11-22T08:00:00ZZ", "2036-11-22T08:00:00+0100", "2036-11-22T08:00:00.Z", " 2036-11-22T08:00:00Z",
          "2036-11-22T08:00:00+24:00", "+036-11-22T08:00:00Z", "0000-12-31T23:59:59Z", "0001-01-01T00:59:59+01:00",
          "9999-12-31T23:00:00-01:00"}) {
        CAPTURE(text);
        CHECK_FALSE(from_rfc3339(text));
    }
}

TEST_CASE("times go to text and back") {
    for (const char* text : {"1970-01-01T00:00:00Z", "2036-02-29T23:59:59Z", "0001-01-01T00:00:00Z",
                             "9999-12-31T23:59:59Z", "1969-12-31T23:59:59Z"}) {
        CAPTURE(text);
        CHECK(to_rfc3339(at(text)) == text);
    }
    CHECK(unix_seconds(at("2036-11-22T08:00:00Z")) == 2110953600);
    CHECK(from_unix(2110953600) == at("2036-11-22T08:00:00Z"));
}

TEST_CASE("offsets and fractions are understood") {
    CHECK(at("2036-11-22T09:30:00+01:30") == at("2036-11-22T08:00:00Z"));
    CHECK(at("2036-11-21T23:00:00-09:00") == at("2036-11-22T08:00:00Z"));
    CHECK(at("2036-11-22t08:00:00.999z") == at("2036-11-22T08:00:00Z"));
}

TEST_CASE("what is no period is refused") {
    for (const char* text : {"", "y", "10", "-1d", "+1d", "1.5d", "1d2h", "1 d", "1Y", "1000001d", "142858w", "8001y",
                             "d1", "99999999999999999999d"}) {
        CAPTURE(text);
        CHECK_FALSE(Period::parse(text));
    }
}

TEST_CASE("periods are written as people write them") {
    for (const char* text : {"10y", "6mo", "90d", "36h", "30m", "45s", "0s"}) {
        CAPTURE(text);
        CHECK(Period::parse(text)->to_string() == text);
    }
    CHECK(Period::parse("2w")->to_string() == "14d");
    CHECK(Period::parse(Period::parse("142857w")->to_string()) == Period::parse("142857w"));
    CHECK(Period::parse("12mo")->to_string() == "1y");
}

TEST_CASE("years and months follow the calendar, ending on a month's last day at most") {
    CHECK(moved("10y", "2026-03-01T12:00:00Z") == "2036-03-01T12:00:00Z");
    CHECK(moved("1mo", "2027-01-31T12:00:00Z") == "2027-02-28T12:00:00Z");
    CHECK(moved("1mo", "2028-01-31T12:00:00Z") == "2028-02-29T12:00:00Z");
    CHECK(moved("1y", "2028-02-29T12:00:00Z") == "2029-02-28T12:00:00Z");
    CHECK(moved("13mo", "2026-12-15T00:00:00Z") == "2028-01-15T00:00:00Z");
    CHECK(to_rfc3339(Period::parse("1mo")->before(at("2028-03-31T00:00:00Z"))) == "2028-02-29T00:00:00Z");
    CHECK(moved("24h", "2027-12-31T23:00:00Z") == "2028-01-01T23:00:00Z");
}

TEST_CASE("periods can be compared approximately") {
    CHECK(Period::parse("1y")->approximate() == days{365});
    CHECK(Period::parse("13mo")->approximate() == days{395});
    CHECK(Period::parse("90d")->approximate() == days{90});
}

TEST_CASE("days left are whole and go below zero as soon as the end has passed") {
    Time end = at("2036-11-22T08:00:00Z");
    CHECK(days_between(end - days{20}, end) == 20);
    CHECK(days_between(end - days{20} + seconds{1}, end) == 19);
    CHECK(days_between(end, end) == 0);
    CHECK(days_between(end + seconds{1}, end) == -1);
}
