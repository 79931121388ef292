#pragma once

#include <vector>

#include "command/model.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::cli {

/// What the process ends with.
enum Exit : int {
    exit_done = 0,
    exit_nothing_done = 1,
    exit_usage = 2,
    exit_partly = 3,
    exit_deferred = 4,
    exit_held = 5,
    exit_refused = 6,
    exit_interrupted = 130
};

/// The table, in words: for help and manual pages.
const std::vector<Ending>& exit_meanings();

int exit_code(Code code);
int exit_code(const renewal::Result& result);

}  // namespace rekey::cli
