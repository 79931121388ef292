#pragma once

#include "store/sql/query.hpp"
#include "store/tenants/payload_entries.hpp"

namespace rekey::store {

/// Of entry_id, version, digest, credential_id and accepted_at.
AcceptedEntry read_accepted_entry(Query& row);

}  // namespace rekey::store
