#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <string>

#include "home/identity.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "renewal/context/commit_queue.hpp"
#include "renewal/context/unit_deadline.hpp"

namespace rekey::renewal {

/// What all renewals of one run share. Its threads share it, because a thread that waits for a unit that was
/// given up may outlive the run.
class RunContext {
public:
    RunContext(Home& home, Clock clock, std::string actor);

    CommitQueue& commits() { return commits_; }
    const std::string& actor() const { return actor_; }
    Stamp stamp() const { return {clock_(), actor_}; }

    /// The user wants to stop: no step begins any more.
    void stop() { stop_ = true; }
    /// True once the user wants to stop, or the run cannot go on.
    bool stopping() const { return stop_ || broken_; }
    /// The run cannot go on, as the store does not take what happens any more. The first cause stays.
    void give_up(std::exception_ptr cause);
    /// Throws the cause, if there is one.
    void rethrow();

    /// For workers, before they touch a unit: ends the run (`Cancelled`) when the home was moved or replaced. Another
    /// run may be at work on the unit then, for the home that took its place.
    void require_home();

    /// For workers: makes `change` durable. Code::refused is the change's own and comes back, as does what another
    /// library threw in it, in our words; anything else
    /// ends the run (`give_up`), and comes back as `Cancelled`, as does every change for a unit that was given up.
    /// A clock that jumped since the last one ends the run too: what is dated by it would be wrong for years.
    void commit(const StoreChange& change, const UnitDeadline& deadline);

private:
    void check_clock(store::Transaction& transaction);

    Home& home_;
    const HomeIdentity identity_;
    CommitQueue commits_;
    Clock clock_;
    std::string actor_;
    std::atomic<bool> stop_ = false;  ///< of its own: a thread of a unit that was given up outlives the flag of a token
    std::atomic<bool> broken_ = false;
    std::mutex mutex_;
    std::exception_ptr cause_;
};

}  // namespace rekey::renewal
