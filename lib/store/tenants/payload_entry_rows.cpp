#include "store/tenants/payload_entry_rows.hpp"

#include "store/sql/field_list.hpp"

namespace rekey::store {

AcceptedEntry read_accepted_entry(Query& row) {
    AcceptedEntry entry;
    entry.entry_id = row.text();
    entry.version = row.integer();
    read_field(row, entry.digest);
    entry.credential_id = row.integer();
    entry.accepted_at = row.time();
    return entry;
}

}  // namespace rekey::store
