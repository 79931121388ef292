#pragma once

#include <optional>
#include <vector>

#include "renewal/plan/planner.hpp"

namespace rekey::renewal {

/// The dead run that an equal request goes on with, locked; none: this is a new one.
struct RunHandle {
    std::optional<store::Run> run;
    std::unique_ptr<store::Lock> lock;
};
RunHandle find_dead_run(Home& home, const Request& request);
/// Whether `run` was made by an equal request.
bool is_same(const store::Run& run, const Request& request);

/// Writes what the planner decides: the run (made when the first item needs it), its items, and
/// what it takes over from dead runs.
class PlanWriter {
public:
    PlanWriter(Home& home, store::Transaction& transaction, const Request& request, RunHandle& handle,
               const Stamp& stamp);

    /// For decisions to renew, generate or resume.
    void record(const Decision& decision);
    /// For decisions to drop or refuse: an item that holds the slot ends.
    void record_end(const Decision& decision);

private:
    const store::Run& run();
    void take_over(const Decision& decision);
    store::Item holding_of(const Decision& decision);

    Home& home_;
    store::Transaction& transaction_;
    const Request& request_;
    RunHandle& handle_;
    Stamp stamp_;
};

/// Dead runs with nothing left open are over: their slots were taken over. Returns them, as their lock files are to
/// be forgotten after the transaction.
std::vector<store::Id> close_dead_runs(Home& home, store::Transaction& transaction, std::optional<store::Id> but,
                                       Time now);

}  // namespace rekey::renewal
