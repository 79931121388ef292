#pragma once

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// Of the whole home, from `since` on; none: the last `days_back`.
Changes changes_since(store::Reader& store, const std::optional<Time>& since, Time now);

/// The section of the page, with its heading.
Markup changes_section(const Report& report);

}  // namespace rekey::report
