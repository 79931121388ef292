#include "store/audit/audit_rows.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

const std::string& audit_columns() {
    static const std::string columns = column_list(audit_fields);
    return columns;
}

AuditEntry read_audit(Query& row) {
    AuditEntry entry;
    read_fields(row, audit_fields, entry);
    return entry;
}

}  // namespace rekey::store
