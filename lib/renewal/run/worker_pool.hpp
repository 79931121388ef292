#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "renewal/slot/slot_renewal.hpp"
#include "units/connect/connect.hpp"

namespace rekey::renewal {

/// Reaches the unit at an address; `units::connect` where no test stands in for it.
using Connect = std::function<std::unique_ptr<units::Driver>(const std::string& address)>;

/// All that a run has to do on one unit: one connection, one slot after the other.
struct UnitWork {
    std::string address;
    std::vector<Task> tasks;
};

/// Threads that work on units. The thread that owns the pool also owns the store: it hands out work,
/// commits what they hand in, and takes what ended, so that nothing here grows with the fleet.
///
/// A unit that keeps its worker waiting for long does not hold up the others: its place in the pool goes
/// to another one, and after the deadline it is given up. Its thread is then left alone, as nothing can
/// interrupt it, and ends by itself when the unit wakes, or with the process.
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

    /// A unit that did not answer in time, and its items of which nothing was told; the store knows
    /// how far they are.
    struct Silent {
        std::string unit;
        std::vector<store::Id> items;
    };
    /// To be called again and again: gives up what is silent for too long, and calls in others meanwhile.
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
    static void work(const std::shared_ptr<State>& state);
    static void try_work_on(State& state, Job& job);
    static void work_on(State& state, Job& job);
    template <class Way>
    static std::optional<ItemResult> end_of(Way& way, RunContext& context, const UnitDeadline& deadline, Task& task);
    void call_in();

    std::shared_ptr<State> state_;
    Terms terms_;
    std::size_t set_aside_ = 0;  ///< workers that wait for a unit for so long that others have their place
    std::vector<std::thread> threads_;
};

}  // namespace rekey::renewal
