#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/home/home.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"
#include "store/audit/audit_detail.hpp"

/// What has to hold before a unit is recorded or changed.
namespace rekey::units {

/// Throws Code::usage for keys that are no names, and values that cannot be shown in one line.
void require_labels(const store::Labels& labels);
/// Throws Code::usage for a reload command that is no line of text.
void require_reload(const std::string& reload);
/// Throws Code::usage for a place that a folder cannot have.
void require_slots(const std::vector<Declared>& slots);
/// Throws Code::busy when a live run is at work on one of the unit's slots, or an adoption into one has not ended.
void require_idle(Home& home, const store::Unit& unit);
/// One folder is one unit: two would each replace what the other put there. Throws Code::refused.
void require_own_folder(store::Reader& store, const store::Unit& unit);

/// `type` and `node/type`.
std::vector<std::string> names_of(const std::vector<Declared>& slots);
/// Labels as audit entries have them.
store::AuditDetail labels_detail(const store::Labels& labels);

}  // namespace rekey::units
