#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/job_threads.hpp"
#include "renewal/slot/slot_renewal.hpp"
#include "units/connect/connect.hpp"

namespace rekey::renewal {

/// Reaches the unit at an address; `units::connect` unless a test replaces it.
using Connect = std::function<std::unique_ptr<units::Driver>(const std::string& address)>;

/// All that a run has to do on one unit: one connection, one slot after the other.
struct UnitWork {
    std::string address;
    std::vector<Task> tasks;
};

/// Threads that work on units. The thread that owns the pool also owns the store: it hands out work,
/// commits what they hand in, and takes what ended, so that nothing here grows with the fleet.
///
/// A unit that keeps its worker waiting for long does not delay the others: another worker begins in its place, and
/// after the deadline the pool abandons the unit and the thread that waits for it (`JobThreads`).
class WorkerPool {
public:
    struct Terms {
        int size = 1;                        ///< units worked on at the same time, but for the silent ones
        std::chrono::milliseconds deadline;  ///< how long a unit may be waited for over one slot
    };
    WorkerPool(std::shared_ptr<RunContext> context, Connect connect, Terms terms);
    /// Dismisses.
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    bool wants_work();
    void give(UnitWork work);
    /// What ended since the last call.
    std::vector<ItemResult> take_ended();

    /// A unit that did not answer in time, and those of its items that `take_ended` never returns; the store knows
    /// how far they are.
    struct Silent {
        std::string unit;
        std::vector<store::Id> items;
    };
    /// To be called again and again: abandons units that were silent for too long, and starts others in the place of
    /// slow ones.
    std::vector<Silent> give_up_silent();

    /// Hands out nothing more; what waits is not begun.
    void close();
    /// Nothing is waiting or being worked on.
    bool idle();
    /// Closes, and waits for the steps in flight, still committing for them.
    void dismiss();

private:
    struct Job;
    struct State;
    static void do_job(State& state, const std::shared_ptr<Job>& job);
    static void try_work_on(State& state, Job& job);
    static void work_on(State& state, Job& job);
    template <class Way>
    static std::optional<ItemResult> end_of(Way& way, RunContext& context, const UnitDeadline& deadline, Task& task);
    /// Threads are made when there is work for them.
    void start_threads();

    std::shared_ptr<State> state_;
    Terms terms_;
    std::size_t set_aside_ = 0;  ///< workers that wait for a unit for so long that others have their place
    JobThreads::JobId given_ = 0;
    JobThreads threads_;
};

}  // namespace rekey::renewal
