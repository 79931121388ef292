#pragma once

#include <cstdint>
#include <functional>
#include <tuple>

#include "rekey/store/records.hpp"
#include "store/tenants/payload_entries.hpp"

/// All that a tenant has, row by row in an order that depends on nothing but the rows: what an archive of it consists
/// of. Credentials, rotations and syncs have functions of their own (store/tenants, store/records/syncs.hpp).
namespace rekey::store {

/// Stands for a credential that will never be confirmed.
constexpr Id nobody = -1;

/// A device, or one of the earlier states of it, with what syncs remember.
struct DeviceRow : Device {
    std::int64_t position = 0;      ///< 1 is the oldest state; 0 the present one
    std::int64_t seen_in_sync = 0;  ///< the last sync that saw it; 0: none did
    std::int64_t covered_by = 0;
    Id unproven_by = 0;  ///< credential, not confirmed yet, that alone has returned it; 0: it is the tenant's
};
/// Of the present row only.
inline constexpr std::tuple device_sync_fields{
    record_field<Role::latest>("seen_in_sync", &DeviceRow::seen_in_sync),
    record_field<Role::state>("covered_by", &DeviceRow::covered_by),
    record_field<Role::state>("unproven_by", &DeviceRow::unproven_by),
};

struct CoverageRow : Coverage {
    std::int64_t position = 0;
};

/// Of the present, or of the history. All of these stream.
enum class Rows { present, earlier };
void each_device_row(Reader& store, Id tenant_id, Rows rows, const std::function<void(const DeviceRow&)>& visit);
void each_coverage_row(Reader& store, Id tenant_id, Rows rows, const std::function<void(const CoverageRow&)>& visit);
void each_accepted_entry(Reader& store, Id tenant_id, const std::function<void(const AcceptedEntry&)>& visit);
/// The tenant's part of the audit history: first what came with it from elsewhere, then what was recorded
/// here, since a tenant of this name was last removed.
void each_audit_of(Reader& store, Id tenant_id, const std::function<void(const AuditEntry&)>& visit);
/// Only what came with it.
void each_audit_elsewhere(Reader& store, Id tenant_id, const std::function<void(const AuditEntry&)>& visit);

}  // namespace rekey::store
