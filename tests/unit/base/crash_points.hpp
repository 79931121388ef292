#pragma once

#include <cstdlib>

namespace rekey::test {

/// From one point at which a test crashes to the next: every point without sanitizers, each `sampled`th with them, as
/// these make a run several times as long and find nothing that depends on the point. All where REKEY_EVERY_POINT is
/// set.
inline int step_between_points(int sampled) {
#ifdef __SANITIZE_ADDRESS__
    return std::getenv("REKEY_EVERY_POINT") == nullptr ? sampled : 1;
#else
    static_cast<void>(sampled);
    return 1;
#endif
}

}  // namespace rekey::test
