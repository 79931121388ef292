#include "views/audit_rows.hpp"

namespace rekey::cli {

const std::vector<std::string> audit_keys{"seq", "at", "actor", "action", "subject", "detail", "hash"};

Json audit_json(const store::AuditEntry& entry) {
    // The text as it was hashed, so that the chain can be checked from an export.
    return {{"seq", entry.seq},          {"at", to_rfc3339(entry.at)}, {"actor", entry.actor},
            {"action", entry.action},    {"subject", entry.subject},   {"detail", entry.detail},
            {"hash", to_hex(entry.hash)}};
}

}  // namespace rekey::cli
