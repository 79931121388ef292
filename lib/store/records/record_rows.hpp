#pragma once

#include <functional>
#include <string_view>

#include "rekey/store/record_counts.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// Of `devices d` and `coverage c`, or their histories, as the functions below expect them.
constexpr std::string_view device_columns =
    "d.id, d.serial, d.model, d.family, d.status, d.attributes, d.inactive_since, d.first_seen, d.last_seen";
constexpr std::string_view coverage_columns =
    "c.device_id, c.id, c.status, c.description, c.starts, c.ends, c.attributes, c.last_seen";

/// A condition on `devices`: the device is the tenant's, and not only told of by a credential whose rotation is not
/// over, or that was never confirmed. SQL text, to be put together with other text.
#define REKEY_DEVICE_IS_PROVEN                                                                              \
    "(unproven_by = 0 OR EXISTS (SELECT 1 FROM credentials c WHERE c.id = unproven_by AND c.confirmed = 1 " \
    "AND NOT EXISTS (SELECT 1 FROM rotations r WHERE r.new_credential_id = c.id AND (r.state = 'cut_over' " \
    "OR (r.state = 'confirmed' AND r.prior_destroyed_at IS NULL)))))"

/// Of `coverage c`: whether it is in force; `{}` is the parameter with the time. A status in small letters is of an
/// older home.
constexpr std::string_view coverage_in_force =
    "(c.status = 'ACTIVE' COLLATE NOCASE AND (c.ends IS NULL OR c.ends >= {}))";
/// Of `coverage c`: whether it renews itself. A list has words where the provider has true and false.
constexpr std::string_view coverage_renews =
    "(CASE WHEN instr(c.attributes, 'isRenewable') > 0 AND json_valid(c.attributes) THEN "
    "lower(coalesce(json_extract(c.attributes, '$.isRenewable'), '')) IN ('1', 'true', 'yes', 'y') "
    "AND lower(coalesce(json_extract(c.attributes, '$.isCanceled'), '')) NOT IN ('1', 'true', 'yes', 'y') "
    "AND coalesce(json_extract(c.attributes, '$.contractCancelDateTime'), '') = '' ELSE 0 END)";

void read_device(Query& row, Device& device);
void read_coverage(Query& row, Coverage& coverage);
void visit_devices(Query& row, const std::function<void(const Device&)>& visit);
void visit_coverage(Query& row, const std::function<void(const Coverage&)>& visit);

}  // namespace rekey::store
