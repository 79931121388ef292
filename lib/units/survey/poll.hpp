#pragma once

#include <functional>

#include "rekey/base/base.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

/// What came of asking one of many units.
struct PollReply {
    std::size_t place = 0;         ///< among those to be asked
    Inventory answer;              ///< silent units among them, and those that did not answer in time
    std::optional<Error> trouble;  ///< instead of an answer
    bool in_time = true;
};

/// What there is to ask, and who hears it; both in the thread that calls `ask_each`.
struct Poll {
    std::size_t units = 0;
    /// What the store says of one; may throw, which is that unit's trouble.
    std::function<store::Unit(std::size_t place)> unit_at;
    /// As replies come, in no order, so that what is compared with the store is fresh. False: no others are asked.
    std::function<bool(const PollReply&)> heard;
    /// Called in other threads.
    std::function<Inventory(const store::Unit&, const Reaching&)> ask = units::ask;
    /// Called after `unit_at`, in the same thread; what it returns works on the answer in the thread that got it,
    /// before it is heard. It owns what it needs: a unit that is given up may answer when all else is gone.
    std::function<std::function<void(Inventory&)>(std::size_t place)> examiner_at = {};
};

/// Asks many units, several at a time, so that none waits for another, with as many threads, which live until all are
/// asked. True when a unit that was given up still keeps
/// one of the process's threads, perhaps for ever (nobody can interrupt who reads a folder on a server that is gone).
bool ask_each(const Poll& round, const Reaching& reaching);

}  // namespace rekey::units
