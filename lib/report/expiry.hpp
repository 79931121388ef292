#pragma once

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// The section of the page, with its heading.
Markup expiry_section(const Report& report);

}  // namespace rekey::report
