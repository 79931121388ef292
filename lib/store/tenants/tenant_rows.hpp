#pragma once

#include <string>

#include "rekey/store/tenants.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/payload_entries.hpp"

namespace rekey::store {

/// For messages; throws Code::not_found.
std::string tenant_text(Reader& store, Id tenant_id);

/// Of entry_id, version, digest, credential_id and accepted_at.
AcceptedEntry read_accepted_entry(Query& row);

/// Removes every sealed key of a tenant, as `destroy_key` does.
void destroy_keys_of(Transaction& transaction, Id tenant_id);

}  // namespace rekey::store
