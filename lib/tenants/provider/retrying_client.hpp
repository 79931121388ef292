#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <variant>

#include "rekey/tenants/sync.hpp"

namespace rekey::tenants {

/// Why a question was not asked at all.
enum class StopReason { interrupted, out_of_requests };

template <class T>
using Asked = std::variant<T, Failure, StopReason>;

/// Asks a provider with what every question needs: a token, which is replaced when it is not good any
/// more; patience, when it does not answer or asks for it; a bound for the number of requests. For
/// several threads, which all wait when one of them is asked to.
class RetryingClient {
public:
    RetryingClient(Provider& provider, store::Credential credential, Secret key, Clock clock, Seconds patience,
                   std::int64_t max_requests, const std::atomic<bool>& stop);

    /// The first token.
    std::optional<Failure> begin();

    template <class T>
    Asked<T> ask(const std::function<Answer<T>(const store::Credential&, const Secret& token)>& question) {
        Attempts attempts;
        for (;;) {
            Ticket ticket;
            if (auto halt = take_ticket(ticket, attempts)) return *halt;
            auto answer = question(credential_, *ticket.token);
            auto* failure = std::get_if<Failure>(&answer);
            if (failure == nullptr) return std::move(std::get<T>(answer));
            if (auto final = deal_with(*failure, ticket, attempts)) return *final;
        }
    }

    std::int64_t requests() const { return requests_; }
    /// How long all wait still, because the provider asked for that.
    Seconds waiting() const;

private:
    using Steady = std::chrono::steady_clock;
    struct Attempts {
        int failed = 0;
        bool renewed = false;
        Steady::time_point begun = Steady::now();
        Steady::time_point not_before = begun;
    };
    struct Ticket {
        std::shared_ptr<const Secret> token;
        std::int64_t number = 0;  ///< of the token
    };

    Steady::time_point not_before() const { return Steady::time_point(Steady::duration(not_before_.load())); }
    std::optional<StopReason> take_ticket(Ticket& ticket, const Attempts& attempts);
    /// Nothing when it is worth asking again.
    std::optional<Failure> deal_with(const Failure& failure, const Ticket& ticket, Attempts& attempts);
    std::optional<Failure> renew(std::int64_t number);

    Provider& provider_;
    const store::Credential credential_;
    const Secret key_;
    const Clock clock_;
    const Seconds patience_;
    const std::int64_t max_requests_;
    const std::atomic<bool>& stop_;
    std::atomic<std::int64_t> requests_ = 0;
    std::atomic<Steady::rep> not_before_ = 0;  ///< for all: the provider asks for it
    std::mutex mutex_;                         ///< of what follows, and of the provider
    std::shared_ptr<const Secret> token_;
    std::int64_t number_ = 0;
};

}  // namespace rekey::tenants
