#pragma once

#include "rekey/base/error.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::cli {

/// What the process ends with; the table that every page and script refers to.
enum Exit : int {
    exit_done = 0,          ///< done, or there was nothing to do
    exit_nothing_done = 1,  ///< nothing was done; what was in use still is
    exit_usage = 2,         ///< bad option, argument or configuration
    exit_partly = 3,        ///< some items failed, the rest are done
    exit_deferred = 4,      ///< something waits for an offline unit
    exit_held = 5,          ///< live runs hold everything that was asked for
    exit_refused = 6,       ///< a guard or a policy says no, or a check found something
    exit_interrupted = 130  ///< stopped by the user; what was done is recorded
};

int exit_code(Code code);
int exit_code(const renewal::Result& result);

}  // namespace rekey::cli
