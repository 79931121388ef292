#include "tenants/provider/retrying_client.hpp"

#include <algorithm>
#include <thread>

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;

constexpr int most_attempts = 5;
constexpr milliseconds first_wait{500};
constexpr milliseconds longest_wait{30'000};
// So often is looked whether the user wants to stop.
constexpr milliseconds slice{50};

milliseconds backoff(int failed) {
    auto wait = std::min(longest_wait, first_wait * (1 << std::min(failed - 1, 10)));
    // Up to a half more, so that many who were turned away together do not come back together.
    return wait + wait * random_bytes(1).front() / 512;
}

}  // namespace

RetryingClient::RetryingClient(Provider& provider, store::Credential credential, Secret key, Clock clock,
                               Seconds patience, std::int64_t max_requests, const std::atomic<bool>& stop)
    : provider_(provider),
      credential_(std::move(credential)),
      key_(std::move(key)),
      clock_(std::move(clock)),
      patience_(patience),
      max_requests_(max_requests),
      stop_(stop) {}

std::optional<Failure> RetryingClient::begin() { return renew(0); }

std::optional<Failure> RetryingClient::renew(std::int64_t number) {
    std::lock_guard lock(mutex_);
    // Another thread was faster.
    if (number_ > number) return std::nullopt;
    auto answer = provider_.token(credential_, key_, clock_());
    if (auto* failure = std::get_if<Failure>(&answer)) return *failure;
    token_ = std::make_shared<const Secret>(std::move(std::get<Secret>(answer)));
    ++number_;
    return std::nullopt;
}

std::optional<StopReason> RetryingClient::take_ticket(Ticket& ticket, const Attempts& attempts) {
    for (;;) {
        auto left = std::max(not_before(), attempts.not_before) - Steady::now();
        if (stop_ || left <= Steady::duration::zero()) break;
        std::this_thread::sleep_for(std::min<Steady::duration>(slice, left));
    }
    if (stop_) return StopReason::interrupted;
    if (++requests_ > max_requests_ && max_requests_ > 0) {
        --requests_;
        return StopReason::out_of_requests;
    }
    std::lock_guard lock(mutex_);
    ticket = {token_, number_};
    return std::nullopt;
}

std::optional<Failure> RetryingClient::deal_with(const Failure& failure, const Ticket& ticket, Attempts& attempts) {
    // Whatever the failure is, the next ticket is refused.
    if (stop_) return std::nullopt;
    if (failure.trouble == Trouble::token || failure.trouble == Trouble::forbidden) {
        // One that is fresh, and still not accepted, did not expire.
        if (attempts.renewed) return failure;
        attempts.renewed = true;
        return renew(ticket.number);
    }
    bool limited = failure.trouble == Trouble::rate_limited;
    ++attempts.failed;
    bool tired = !limited && attempts.failed >= most_attempts;
    if (tired || !failure.may_pass || is_refusal(failure.trouble)) return failure;
    Steady::duration wait = backoff(attempts.failed);
    if (failure.retry_after) wait = std::max<Steady::duration>(wait, *failure.retry_after);
    auto until = Steady::now() + wait;
    if (until > attempts.begun + patience_) return failure;
    if (!limited) {
        attempts.not_before = until;
        return std::nullopt;
    }
    auto rep = until.time_since_epoch().count();
    auto was = not_before_.load();
    while (was < rep && !not_before_.compare_exchange_weak(was, rep)) {
    }
    return std::nullopt;
}

Seconds RetryingClient::waiting() const {
    return std::max(Seconds{0}, std::chrono::ceil<Seconds>(not_before() - Steady::now()));
}

}  // namespace rekey::tenants
