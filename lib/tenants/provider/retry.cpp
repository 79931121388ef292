#include "tenants/provider/retry.hpp"

#include <algorithm>

#include "rekey/base/base.hpp"

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;

constexpr int most_attempts = 5;
constexpr milliseconds first_wait{500};

/// Whether the same question may have another answer soon.
bool is_worth_asking(const RetryLimits& limits, const Failure& failure) {
    if (limits.only_temporary && !failure.temporary) return false;
    // A token that was replaced, and is still not accepted, did not expire.
    return failure.may_pass && !is_refusal(failure.trouble) && failure.trouble != Trouble::token;
}

milliseconds backoff(const RetryLimits& limits, int attempts) {
    auto wait = std::min(limits.longest_wait, first_wait * (1 << std::min(attempts - 1, 10)));
    // Up to a half more, so that many who were turned away together do not come back together.
    return wait + wait * random_bytes(1).front() / 512;
}

}  // namespace

RetryLimits few_answers(milliseconds patience) {
    return {.patience = patience,
            .longest_wait = milliseconds{8000},
            .longest_retry_after = Seconds{60},
            .only_temporary = true,
            .counts_rate_limits = true,
            .bounds_attempts = true};
}

RetryLimits many_answers(milliseconds patience) {
    return {.patience = patience,
            .longest_wait = milliseconds{30'000},
            .longest_retry_after = std::nullopt,
            .only_temporary = false,
            .counts_rate_limits = false,
            .bounds_attempts = false};
}

milliseconds time_for_attempt(const RetryLimits& limits, milliseconds time_left) {
    return std::max(shortest_attempt, limits.bounds_attempts ? time_left : limits.patience);
}

std::optional<milliseconds> wait_before_retry(const RetryLimits& limits, const Failure& failure, int attempts,
                                              milliseconds time_left) {
    if (!is_worth_asking(limits, failure)) return std::nullopt;
    bool is_counted = limits.counts_rate_limits || failure.trouble != Trouble::rate_limited;
    if (is_counted && attempts >= most_attempts) return std::nullopt;
    auto wait = backoff(limits, attempts);
    if (failure.retry_after) {
        if (limits.longest_retry_after && *failure.retry_after > *limits.longest_retry_after) return std::nullopt;
        wait = std::max<milliseconds>(wait, *failure.retry_after);
    }
    auto needed = wait + (limits.bounds_attempts ? shortest_attempt : milliseconds{0});
    if (needed > time_left) return std::nullopt;
    return wait;
}

}  // namespace rekey::tenants
