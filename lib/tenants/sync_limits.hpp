#pragma once

#include <algorithm>

/// What a sync may ask of this machine and of the provider.
namespace rekey::tenants {

/// Requests for coverage at the same time. Each has a thread and a connection of its own. Providers answer with 429
/// long before so many are of use, and a number that came from a mistake must not take all threads of the machine.
inline constexpr int most_sync_jobs = 64;

/// So many threads ask, whatever number was given.
inline constexpr int sync_jobs(int given) { return std::clamp(given, 1, most_sync_jobs); }

}  // namespace rekey::tenants
