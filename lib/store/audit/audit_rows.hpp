#pragma once

#include "rekey/store/store.hpp"
#include "store/sql/field_list.hpp"

namespace rekey::store {

/// As `read_audit` takes them.
const std::string& audit_columns();
AuditEntry read_audit(Query& row);

}  // namespace rekey::store
