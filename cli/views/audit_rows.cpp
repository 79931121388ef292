#include "views/audit_rows.hpp"

namespace rekey::cli {

std::vector<std::string> audit_keys() {
    std::vector<std::string> keys;
    store::each_field(store::audit_fields, [&](auto field) { keys.emplace_back(field.name); });
    return keys;
}

Row audit_row(const store::AuditEntry& entry) {
    Row row;
    // The detail is the text as it was hashed, so that the chain can be checked from an export.
    store::each_field(store::audit_fields, [&](auto field) { row.put(field.name, entry.*field.member); });
    return row;
}

}  // namespace rekey::cli
