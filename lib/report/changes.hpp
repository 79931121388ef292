#pragma once

#include "rekey/report/report.hpp"

namespace rekey::report {

/// Of the whole home, from `since` on; none: the last `days_back`.
Changes changes_since(store::Reader& store, const std::optional<Time>& since, Time now);

}  // namespace rekey::report
