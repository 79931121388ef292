#include "store/tenants/payload_entries.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/field_list.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/payload_entry_rows.hpp"

namespace rekey::store {

std::optional<AcceptedEntry> accepted_entry(Reader& store, const std::string& entry_id) {
    Query query(store,
                "SELECT entry_id, version, digest, credential_id, accepted_at FROM payload_entries WHERE entry_id = ?",
                entry_id);
    if (!query.next()) return std::nullopt;
    return read_accepted_entry(query);
}

void accept_entry(Transaction& transaction, const AcceptedEntry& entry) {
    Query credential(transaction, "SELECT tenant_id FROM credentials WHERE id = ?", entry.credential_id);
    if (!credential.next())
        throw Error(Code::not_found, fmt::format("there is no credential with id {}", entry.credential_id));
    change(transaction,
           "INSERT INTO payload_entries(tenant_id, entry_id, version, digest, credential_id, accepted_at) "
           "VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(entry_id) DO UPDATE SET tenant_id = excluded.tenant_id, "
           "version = excluded.version, digest = excluded.digest, credential_id = excluded.credential_id, "
           "accepted_at = excluded.accepted_at",
           credential.integer(), entry.entry_id, entry.version, ByteView(entry.digest), entry.credential_id,
           entry.accepted_at);
}

}  // namespace rekey::store
