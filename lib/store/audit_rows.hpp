#pragma once

#include "rekey/store/audit.hpp"
#include "store/query.hpp"

namespace rekey::store {

/// Of seq, at, actor, action, subject, detail and hash.
AuditEntry read_audit(Query& row);

}  // namespace rekey::store
