#include "tenants/provider/api_client.hpp"

#include <algorithm>
#include <thread>

#include "rekey/base/base.hpp"

namespace rekey::tenants {

namespace {

using std::chrono::milliseconds;

// So often is looked whether the user wants to stop.
constexpr milliseconds slice{50};

template <class T>
Asked<T> as_asked(Answer<T>&& answer) {
    if (auto* failure = std::get_if<Failure>(&answer)) return std::move(*failure);
    return std::move(std::get<T>(answer));
}

template <class T>
bool may_need_another_token(const Answer<T>& answer) {
    auto* failure = std::get_if<Failure>(&answer);
    return failure != nullptr && (failure->trouble == Trouble::token || failure->trouble == Trouble::forbidden);
}

}  // namespace

ClientLimits limits_of_verification(const Patience& patience) {
    return {.tokens = few_answers(patience.total), .answers = few_answers(patience.total)};
}

ClientLimits limits_of_sync(const Patience& patience, std::int64_t max_requests) {
    return {.tokens = few_answers(patience.total),
            .answers = many_answers(patience.total),
            .renews_tokens = true,
            .max_requests = max_requests};
}

void throw_interrupted() {
    throw Error(Code::interrupted, "interrupted before the provider answered", "the same command continues");
}

ApiClient::ApiClient(Context& context, store::Credential credential, const Secret& key, const ClientLimits& limits)
    : provider_(context.provider),
      clock_(context.clock),
      stop_(context.stop),
      credential_(std::move(credential)),
      key_(key),
      limits_(limits) {}

std::optional<Failure> ApiClient::begin() {
    auto obstacle = renew(0);
    if (!obstacle) return std::nullopt;
    if (std::holds_alternative<StopReason>(*obstacle)) throw_interrupted();
    return std::get<Failure>(*obstacle);
}

Asked<DevicePage> ApiClient::devices(Provider& over, const std::string& cursor) {
    return ask<DevicePage>([&](const ApiAccess& access) { return over.devices(access, cursor); });
}

Asked<DeviceAnswer> ApiClient::device(Provider& over, const std::string& id) {
    return ask<DeviceAnswer>([&](const ApiAccess& access) { return over.device(access, id); });
}

Asked<CoverageAnswer> ApiClient::coverage(Provider& over, const std::string& device_id) {
    return ask<CoverageAnswer>([&](const ApiAccess& access) { return over.coverage(access, device_id); });
}

template <class T>
Asked<T> ApiClient::ask(const Question<T>& question) {
    bool renewed = !limits_.renews_tokens;
    return until_answered<T>(limits_.answers, [&](milliseconds time_left) -> Asked<T> {
        for (;;) {
            if (!take_request()) return StopReason::out_of_requests;
            auto now = usable_token();
            auto answer = question({credential_, *now.token, time_left});
            if (renewed || !may_need_another_token(answer)) return as_asked(std::move(answer));
            renewed = true;
            if (auto obstacle = renew(now.number))
                return std::visit([](auto& why) -> Asked<T> { return std::move(why); }, *obstacle);
            if (!wait_until({})) return StopReason::interrupted;
        }
    });
}

template <class T>
Asked<T> ApiClient::until_answered(const RetryLimits& limits, const Attempt<T>& attempt) {
    auto end = Steady::now() + limits.patience;
    auto time_left = [&] { return std::chrono::duration_cast<milliseconds>(end - Steady::now()); };
    Steady::time_point next;
    for (int attempts = 1;; ++attempts) {
        if (!wait_until(next)) return StopReason::interrupted;
        auto asked = attempt(time_for_attempt(limits, time_left()));
        auto* failure = std::get_if<Failure>(&asked);
        if (failure == nullptr) return asked;
        // The request may have failed because of that.
        if (stop_.requested()) return StopReason::interrupted;
        auto wait = wait_before_retry(limits, *failure, attempts, time_left());
        if (!wait) return asked;
        next = Steady::now() + *wait;
        if (failure->trouble == Trouble::rate_limited) hold_back_all(next);
    }
}

bool ApiClient::wait_until(Steady::time_point time) const {
    for (;;) {
        if (stop_.requested()) return false;
        auto left = std::max(not_before(), time) - Steady::now();
        if (left <= Steady::duration::zero()) return true;
        std::this_thread::sleep_for(std::min<Steady::duration>(slice, left));
    }
}

void ApiClient::hold_back_all(Steady::time_point until) {
    auto rep = until.time_since_epoch().count();
    auto was = not_before_.load();
    while (was < rep && !not_before_.compare_exchange_weak(was, rep)) {
    }
}

bool ApiClient::take_request() {
    if (++requests_ <= limits_.max_requests || limits_.max_requests <= 0) return true;
    --requests_;
    return false;
}

ApiClient::UsableToken ApiClient::usable_token() {
    std::lock_guard lock(mutex_);
    return {token_, number_};
}

std::optional<ApiClient::Obstacle> ApiClient::renew(std::int64_t number) {
    std::lock_guard lock(mutex_);
    // Another thread was faster.
    if (number_ > number) return std::nullopt;
    // Asked again, it is later, and an assertion is of its own time.
    auto token = until_answered<Secret>(limits_.tokens, [&](milliseconds time_left) {
        return as_asked(provider_.token(credential_, key_, clock_(), time_left));
    });
    if (auto* why = std::get_if<StopReason>(&token)) return *why;
    if (auto* failure = std::get_if<Failure>(&token)) {
        // That was tried.
        failure->may_pass = false;
        return std::move(*failure);
    }
    token_ = std::make_shared<const Secret>(std::move(std::get<Secret>(token)));
    ++number_;
    return std::nullopt;
}

Seconds ApiClient::waiting() const {
    return std::max(Seconds{0}, std::chrono::ceil<Seconds>(not_before() - Steady::now()));
}

}  // namespace rekey::tenants
