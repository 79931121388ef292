#pragma once

#include "rekey/store/audit_chain.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// Of seq, at, actor, action, subject, detail and hash.
AuditEntry read_audit(Query& row);

/// A transaction ended: what it told of is counted among `changes_made`, or was not made.
void count_changes(bool committed);

}  // namespace rekey::store
