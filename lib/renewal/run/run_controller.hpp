#pragma once

#include "renewal/run/worker_pool.hpp"

namespace rekey::renewal {

/// `run`, with units that are reached by `connect`.
Result run_with(Home& home, const policy::Config& config, const Request& request, const Clock& clock,
                const std::string& actor, Observer& observer, const StopToken& stop, const Connect& connect);

}  // namespace rekey::renewal
