#pragma once

#include <nlohmann/json.hpp>

#include "rekey/report/report.hpp"

namespace rekey::report {

using Json = nlohmann::ordered_json;

/// Sections, each an object whose members are single values, objects of single values (counts by word), or arrays
/// of rows: objects of single values. JSON and CSV are both made of it.
Json sections(const Report& report);

}  // namespace rekey::report
