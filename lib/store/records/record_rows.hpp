#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "store/records/archive_rows.hpp"
#include "store/sql/field_list.hpp"

/// The lists of fields are in rekey/store/records.hpp. A new field takes a member and a line there, a step of the
/// schema, and a golden test; besides:
/// - archives without it are still read, so it goes to the end of a record there (tenants/archive/archive_fields.hpp);
/// - where a list or a provider has it is said in tenants/records.
namespace rekey::store {

/// Of `devices d` and `coverage c`, or their histories, as `read_fields` takes them.
const std::string& device_columns();
const std::string& coverage_columns();

/// A condition on `devices`: the device is the tenant's, and not only returned to a credential whose rotation is not
/// over, or that was never confirmed. SQL text, to be put together with other text.
#define REKEY_DEVICE_IS_PROVEN                                                                              \
    "(unproven_by = 0 OR EXISTS (SELECT 1 FROM credentials c WHERE c.id = unproven_by AND c.confirmed = 1 " \
    "AND NOT EXISTS (SELECT 1 FROM rotations r WHERE r.new_credential_id = c.id AND (r.state = 'cut_over' " \
    "OR (r.state = 'confirmed' AND r.prior_destroyed_at IS NULL)))))"

/// All of a tenant's rows, or those that `condition` (SQL from AND on) leaves, in the order of their keys; as
/// `read_device_row` and `read_coverage_row` take them.
std::string select_device_rows(Rows rows, std::string_view condition = "");
std::string select_coverage_rows(Rows rows, std::string_view condition = "");
void read_device_row(Query& row, DeviceRow& device);
void read_coverage_row(Query& row, CoverageRow& coverage);

template <class Record>
void visit_records(Query& row, const std::function<void(const Record&)>& visit) {
    Record record;
    while (row.next()) {
        read_fields(row, fields_of(record), record);
        visit(record);
    }
}

}  // namespace rekey::store
