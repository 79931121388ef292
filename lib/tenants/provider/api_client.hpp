#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "rekey/tenants/credentials.hpp"
#include "tenants/provider/retry.hpp"

namespace rekey::tenants {

/// Why a question was not asked at all.
enum class StopReason { interrupted, out_of_requests };

template <class T>
using Asked = std::variant<T, Failure, StopReason>;

/// How a client asks.
struct ClientLimits {
    RetryLimits tokens;
    RetryLimits answers;
    bool renews_tokens = false;     ///< a token that is not accepted any more may have expired
    std::int64_t max_requests = 0;  ///< tokens not counted; 0: as many as it takes
};
ClientLimits limits_of_verification(const Patience& patience);
ClientLimits limits_of_sync(const Patience& patience, std::int64_t max_requests);

/// Somebody asked for the end: throws Code::interrupted.
[[noreturn]] void throw_interrupted();

/// Asks a provider's API with what every question needs: a token, which is replaced when it is not good any
/// more; patience, when the provider does not answer or asks for it; a bound for the number of requests. For
/// several threads, which all wait when one of them is asked to.
class ApiClient {
public:
    /// The context, which has the provider that is asked for tokens, and `key` (PEM) outlive it.
    ApiClient(Context& context, store::Credential credential, const Secret& key, const ClientLimits& limits);

    /// The first token. Throws Code::interrupted.
    std::optional<Failure> begin();

    /// `over`: the thread's own connection.
    Asked<DevicePage> devices(Provider& over, const std::string& cursor);
    Asked<DeviceAnswer> device(Provider& over, const std::string& id);
    Asked<CoverageAnswer> coverage(Provider& over, const std::string& device_id);

    std::int64_t requests() const { return requests_; }
    /// How long all wait still, because the provider asked for that.
    Seconds waiting() const;

private:
    using Steady = std::chrono::steady_clock;
    /// The token that is good just now.
    struct UsableToken {
        std::shared_ptr<const Secret> token;
        std::int64_t number = 0;  ///< of the token
    };
    using Obstacle = std::variant<Failure, StopReason>;
    template <class T>
    using Attempt = std::function<Asked<T>(std::chrono::milliseconds time_left)>;
    template <class T>
    using Question = std::function<Answer<T>(const ApiAccess&)>;

    template <class T>
    Asked<T> ask(const Question<T>& question);
    /// The one loop: attempt after attempt, until there is an answer or no use in another attempt.
    template <class T>
    Asked<T> until_answered(const RetryLimits& limits, const Attempt<T>& attempt);

    Steady::time_point not_before() const { return Steady::time_point(Steady::duration(not_before_.load())); }
    /// False when the user wants to stop. Waits for what all wait for, too.
    bool wait_until(Steady::time_point time) const;
    void hold_back_all(Steady::time_point until);
    bool take_request();
    UsableToken usable_token();
    /// Replaces the token of that number. Nothing: there is another one.
    std::optional<Obstacle> renew(std::int64_t number);

    Provider& provider_;  ///< for tokens
    const Clock clock_;
    const StopToken stop_;
    const store::Credential credential_;
    const Secret& key_;
    const ClientLimits limits_;
    std::atomic<std::int64_t> requests_ = 0;
    std::atomic<Steady::rep> not_before_ = 0;  ///< for all: the provider asks for it
    std::mutex mutex_;                         ///< of what follows, and of `provider_`
    std::shared_ptr<const Secret> token_;
    std::int64_t number_ = 0;
};

}  // namespace rekey::tenants
