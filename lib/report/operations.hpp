#pragma once

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// Sections of the page, each with its heading.
Markup away_section(const Report& report);
Markup renewals_section(const Report& report);
Markup credentials_section(const Report& report);
Markup audit_section(const Report& report);

}  // namespace rekey::report
