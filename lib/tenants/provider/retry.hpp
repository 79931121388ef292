#pragma once

#include <chrono>
#include <optional>

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// How often and how long a question is asked again. Waits begin at half a second, and each is twice the one before.
struct RetryLimits {
    std::chrono::milliseconds patience;  ///< from the first attempt on
    std::chrono::milliseconds longest_wait;
    std::optional<Seconds> longest_retry_after;  ///< no wait for a provider that asks for more
    bool only_temporary;                         ///< else all failures are asked again that may pass
    bool counts_rate_limits;  ///< a 429 is one of the attempts, of which there are five; else patience alone ends them
    bool bounds_attempts;     ///< an attempt gets what is left of the patience; else all of it
};

/// For a few answers, which somebody is waiting for.
RetryLimits few_answers(std::chrono::milliseconds patience);
/// For thousands of answers, in which rationed requests and bad moments are normal.
RetryLimits many_answers(std::chrono::milliseconds patience);

/// No attempt gets less time.
constexpr std::chrono::milliseconds shortest_attempt{1000};
/// How long an attempt may take.
std::chrono::milliseconds time_for_attempt(const RetryLimits& limits, std::chrono::milliseconds time_left);

/// How long to wait before asking again, `attempts` having been made and `time_left` being what is left of the
/// patience; nothing when it is not worth it.
std::optional<std::chrono::milliseconds> wait_before_retry(const RetryLimits& limits, const Failure& failure,
                                                           int attempts, std::chrono::milliseconds time_left);

}  // namespace rekey::tenants
