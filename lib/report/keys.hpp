#pragma once

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// Sections of the page, each with its heading.
Markup keys_section(const Report& report);
Markup policy_section(const Report& report);

}  // namespace rekey::report
