#include "tenants/provider/retry.hpp"

#include <doctest/doctest.h>

#include "tenants/provider/page_parser.hpp"

using namespace rekey;
using namespace rekey::tenants;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds long_time{90'000};

/// As the API answers it.
Failure failure_of(const HttpAnswer& answer) {
    const std::string base = "https://api.example/v1/orgDevices";
    if (auto failure = common_failure(answer, base)) return *failure;
    return no_answer(answer, base);
}

Failure failure_of(int status, std::optional<Seconds> retry_after = std::nullopt) {
    HttpAnswer answer;
    answer.status = status;
    answer.retry_after = retry_after;
    return failure_of(answer);
}

}  // namespace

TEST_CASE("waiting before a retry grows, honours Retry-After, and ends") {
    auto wait = [](const Failure& failure, int attempts, milliseconds time_left = long_time) {
        return wait_before_retry(few_answers(long_time), failure, attempts, time_left);
    };
    auto busy = failure_of(503);
    auto first = wait(busy, 1);
    auto fourth = wait(busy, 4);
    REQUIRE(first);
    REQUIRE(fourth);
    CHECK(*first >= milliseconds{500});
    CHECK(*first <= milliseconds{750});
    CHECK(*fourth >= milliseconds{4000});
    CHECK(*fourth <= milliseconds{6000});
    CHECK_FALSE(wait(busy, 5));
    // What is left must do for another attempt, too.
    CHECK_FALSE(wait(busy, 1, milliseconds{600}));
    CHECK(*wait(failure_of(429, Seconds{7}), 1) >= milliseconds{7000});
    CHECK_FALSE(wait(failure_of(429, Seconds{3600}), 1));
    CHECK_FALSE(wait(failure_of(429), 5));
    // A clear answer, and one that is none, is the same at once.
    CHECK_FALSE(wait(failure_of(400), 1));
    CHECK_FALSE(wait(failure_of(302), 1));
    HttpAnswer silent;
    CHECK_FALSE(wait(failure_of(silent), 1));
    silent.temporary = true;
    CHECK(wait(failure_of(silent), 1));
}

TEST_CASE("where thousands of answers are wanted, patience alone ends what the provider asks for") {
    auto wait = [](const Failure& failure, int attempts, milliseconds time_left = milliseconds{3'600'000}) {
        return wait_before_retry(many_answers(milliseconds{3'600'000}), failure, attempts, time_left);
    };
    CHECK(*wait(failure_of(429), 9) >= milliseconds{30'000});
    CHECK(*wait(failure_of(429), 9) <= milliseconds{45'000});
    CHECK(*wait(failure_of(429, Seconds{600}), 1) >= milliseconds{600'000});
    CHECK_FALSE(wait(failure_of(429, Seconds{600}), 1, milliseconds{599'000}));
    // Only the wait has to fit.
    CHECK(wait(failure_of(503), 1, milliseconds{750}));
    CHECK_FALSE(wait(failure_of(503), 5));
    CHECK(wait(failure_of(400), 1));
    HttpAnswer silent;
    CHECK_FALSE(wait(failure_of(silent), 1));
    for (auto trouble : {Trouble::token, Trouble::forbidden, Trouble::scope, Trouble::invalid_client})
        CHECK_FALSE(wait({trouble, "no"}, 1));
}

TEST_CASE("an attempt gets a second at least, and else what is left, or all of the patience") {
    CHECK(time_for_attempt(few_answers(long_time), milliseconds{20'000}) == milliseconds{20'000});
    CHECK(time_for_attempt(few_answers(long_time), milliseconds{-5}) == shortest_attempt);
    CHECK(time_for_attempt(many_answers(long_time), milliseconds{20'000}) == long_time);
    CHECK(time_for_attempt(many_answers(milliseconds{0}), milliseconds{0}) == shortest_attempt);
}
