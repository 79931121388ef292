#pragma once

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include "rekey/base/base.hpp"
#include "units/driver/driver.hpp"

namespace rekey::renewal {

/// Thrown through a renewal that is not to go on; the item stays as the store has it.
struct Cancelled {};

/// Over one unit at work: how long it has kept its worker waiting over the slot at hand. A worker that
/// waits cannot be interrupted, so a unit is given up instead: from then on its worker does nothing
/// any more, whenever it wakes.
///
/// A unit may still do late what it was asked before it was given up. That is one step that was on its way
/// when the power of this machine failed, and is met by what meets that: a key has the token of its
/// item, so that the next attempt finds it or destroys it; a chain is applied only to the key that waits for
/// it, once; and that a pair is to be taken back is recorded before the unit is asked to.
class UnitDeadline {
public:
    using Clock = std::chrono::steady_clock;

    /// `before` is called ahead of every question, and may throw to prevent it.
    explicit UnitDeadline(std::function<void()> before = {}) : before_(std::move(before)) {}

    /// The next slot begins, and the time with it.
    void begin_task();

    /// Around everything that waits for the unit or for its issuer, one question at a time; `whom` names who is asked.
    /// Throws Cancelled when the unit was given up before.
    template <class Ask>
    auto over(const Ask& ask, std::string_view whom = "the unit's driver") {
        if (before_ && !given_up_) before_();
        Question question(*this);
        try {
            return ask();
        } catch (const Error&) {
            throw;
        } catch (const std::exception& e) {
            // The other units are not concerned.
            throw Error(Code::failed, fmt::format("{} failed: {}", whom, e.what()));
        }
    }

    /// How long the unit has been waited for; nothing while it is not.
    std::optional<Clock::duration> waiting(Clock::time_point now) const;
    /// Only while it is waited for longer than that; whether it was given up now.
    bool give_up_after(Clock::duration deadline, Clock::time_point now);
    bool given_up() const { return given_up_; }

private:
    struct Question {
        explicit Question(UnitDeadline& deadline);
        ~Question();
        Question(const Question&) = delete;
        Question& operator=(const Question&) = delete;
        UnitDeadline& deadline;
    };
    std::optional<Clock::duration> waiting_locked(Clock::time_point now) const;

    std::function<void()> before_;
    mutable std::mutex mutex_;
    std::optional<Clock::time_point> asked_at_;
    Clock::duration spent_{};  ///< in questions about this slot that were answered
    std::atomic<bool> given_up_ = false;
};

/// The driver with a deadline over every call.
std::unique_ptr<units::Driver> with_deadline(std::unique_ptr<units::Driver> driver, UnitDeadline& deadline);

}  // namespace rekey::renewal
