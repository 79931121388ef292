#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/audit_chain.hpp"
#include "rekey/store/syncs.hpp"

/// All that a tenant has, row by row in an order that depends on nothing but the rows: what an archive
/// of it consists of. Credentials and rotations are in tenants.hpp.
namespace rekey::store {

/// From the words that an archive has for them.
REKEY_EXPORT std::optional<RotationState> rotation_state(std::string_view text);
REKEY_EXPORT std::optional<SyncPhase> sync_phase(std::string_view text);

/// Stands for a credential that will never be confirmed.
constexpr Id nobody = -1;

/// A device, or one of the earlier states of it, with what syncs remember.
struct DeviceRow : Device {
    std::int64_t position = 0;  ///< 1 is the oldest state; 0 the present one
    std::int64_t told_by = 0;   ///< the sync that was last told of it
    std::int64_t covered_by = 0;
    Id unproven_by = 0;  ///< credential, not confirmed yet, that alone has told of it; 0: it is the tenant's
};
/// Of the present row only.
inline constexpr std::tuple device_sync_fields{
    record_field<Role::latest>("told_by", &DeviceRow::told_by),
    record_field<Role::state>("covered_by", &DeviceRow::covered_by),
    record_field<Role::state>("unproven_by", &DeviceRow::unproven_by),
};

struct CoverageRow : Coverage {
    std::int64_t position = 0;
};

/// Of the present, or of the history. All of these stream.
enum class Rows { present, earlier };
REKEY_EXPORT void each_device_row(Reader& store, Id tenant_id, Rows rows,
                                  const std::function<void(const DeviceRow&)>& visit);
REKEY_EXPORT void each_coverage_row(Reader& store, Id tenant_id, Rows rows,
                                    const std::function<void(const CoverageRow&)>& visit);
REKEY_EXPORT void each_sync(Reader& store, Id tenant_id, const std::function<void(const Sync&)>& visit);
REKEY_EXPORT void each_accepted_entry(Reader& store, Id tenant_id,
                                      const std::function<void(const AcceptedEntry&)>& visit);
/// The tenant's part of the audit history: first what came with it from elsewhere, then what was recorded
/// here, since a tenant of this name was last removed.
REKEY_EXPORT void each_audit_of(Reader& store, Id tenant_id, const std::function<void(const AuditEntry&)>& visit);
/// Only what came with it.
REKEY_EXPORT void each_audit_elsewhere(Reader& store, Id tenant_id,
                                       const std::function<void(const AuditEntry&)>& visit);

/// Makes a tenant that nobody sees until `finish_arrival`: records go into it in as many transactions as it
/// takes. Sets `id`; the tenant gets a passing name, by which it is found again. Throws Code::refused when
/// there is a tenant with this uid or name.
REKEY_EXPORT void begin_arrival(Transaction& transaction, Tenant& tenant);
/// Throws Code::busy when it is no longer there: another import of the same took its place.
REKEY_EXPORT void require_arriving(Transaction& transaction, const Tenant& tenant);
/// Removes at most `limit` rows of each kind that an import left which did not end; true while there are more.
REKEY_EXPORT bool clear_arrival(Transaction& transaction, const std::string& uid, int limit);
/// Seen from now on, as `name`. Throws as `begin_arrival`.
REKEY_EXPORT void finish_arrival(Transaction& transaction, Tenant& tenant, const std::string& name);

/// Into a tenant that arrives: rows as they were, none of which may be there already.
REKEY_EXPORT void add_device_rows(Transaction& transaction, Id tenant_id, const std::vector<DeviceRow>& rows);
REKEY_EXPORT void add_coverage_rows(Transaction& transaction, Id tenant_id, const std::vector<CoverageRow>& rows);
REKEY_EXPORT void add_audit_elsewhere(Transaction& transaction, Id tenant_id, const std::vector<AuditEntry>& entries);
/// With the generation that it had.
REKEY_EXPORT void restore_sync(Transaction& transaction, const Sync& sync);

}  // namespace rekey::store
