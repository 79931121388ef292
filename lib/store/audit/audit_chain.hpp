#pragma once

#include <string>

#include "rekey/store/store.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::store {

/// Appends to the chain, in the transaction of the change that it tells of. Actor and subject are made safe as texts of
/// the detail are.
void audit(Transaction& transaction, const Stamp& stamp, const std::string& action, const std::string& subject,
           const AuditDetail& detail = {});

/// What the hash of `entry` has to be behind one with the hash `previous`; zeros before the first.
Sha256 chain_hash(const Sha256& previous, const AuditEntry& entry);

/// To be called when a transaction has ended. If it committed, and had audit entries, `changes_made` counts it.
void count_changes(bool committed);

}  // namespace rekey::store
