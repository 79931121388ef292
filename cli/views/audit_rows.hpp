#pragma once

#include "rekey/store/audit_chain.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// An audit entry as JSON has it: seq, at, actor, action, subject, detail, hash.
Json audit_json(const store::AuditEntry& entry);
extern const std::vector<std::string> audit_keys;

}  // namespace rekey::cli
