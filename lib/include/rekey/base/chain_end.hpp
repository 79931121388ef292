#pragma once

#include <string>

#include "rekey/base/time.hpp"

namespace rekey {

/// When a chain ends: with the first of its certificates that does.
struct ChainEnd {
    Time at{};
    /// The subject of that certificate (RFC 4514 text) when it is above the first one; empty: the first one itself.
    std::string subject;
};

}  // namespace rekey
