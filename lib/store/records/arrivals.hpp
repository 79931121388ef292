#pragma once

#include <string>
#include <vector>

#include "rekey/store/records.hpp"
#include "store/records/archive_rows.hpp"

namespace rekey::store {

/// Makes a tenant that nobody sees until `finish_arrival`: records go into it in as many transactions as it
/// takes. Sets `id`; the tenant gets a passing name, by which it is found again. Throws Code::refused when
/// there is a tenant with this uid or name.
void begin_arrival(Transaction& transaction, Tenant& tenant);
/// Throws Code::busy when it is no longer there: another import of the same took its place.
void require_arriving(Transaction& transaction, const Tenant& tenant);
/// Removes at most `limit` rows of each kind that an import left which did not end; true while there are more.
bool clear_arrival(Transaction& transaction, const std::string& uid, int limit);
/// Seen from now on, as `name`. Throws as `begin_arrival`.
void finish_arrival(Transaction& transaction, Tenant& tenant, const std::string& name);

/// Into a tenant that arrives: rows as they were, none of which may be there already.
void add_device_rows(Transaction& transaction, Id tenant_id, const std::vector<DeviceRow>& rows);
void add_coverage_rows(Transaction& transaction, Id tenant_id, const std::vector<CoverageRow>& rows);
void add_audit_elsewhere(Transaction& transaction, Id tenant_id, const std::vector<AuditEntry>& entries);

}  // namespace rekey::store
