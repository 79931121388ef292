#pragma once

#include "rekey/store/store.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// An audit entry as JSON has it.
Row audit_row(const store::AuditEntry& entry);
std::vector<std::string> audit_keys();

}  // namespace rekey::cli
