#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "renewal/passage.hpp"

namespace rekey::renewal {

/// All that a run has to do on one unit: one connection, one slot after the other.
struct UnitWork {
    std::string address;
    std::vector<Task> tasks;
};

/// Threads that work on units. The thread that owns the crew also owns the store: it hands out work,
/// writes the journal, and takes what ended, so that nothing here grows with the fleet.
class Crew {
public:
    Crew(Voyage& voyage, Journal& journal, int size, const units::Reaching& reaching);
    ~Crew();

    bool wants_work();
    void give(UnitWork work);
    /// What ended since the last call.
    std::vector<Ended> take_ended();
    /// Nothing is waiting or being worked on.
    bool idle();
    /// Hands out nothing more, and waits for the steps in flight, still writing the journal for them.
    void dismiss();

private:
    void work();
    void work_on(UnitWork& unit);
    void tell(Ended ended);

    Voyage& voyage_;
    Journal& journal_;
    units::Reaching reaching_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<UnitWork> queue_;
    std::vector<Ended> ended_;
    int busy_ = 0;
    bool closed_ = false;
    std::size_t size_;
    std::vector<std::thread> threads_;
};

}  // namespace rekey::renewal
