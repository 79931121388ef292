#include "store/records/record_rows.hpp"

#include <fmt/format.h>

#include "store/records/archive_rows.hpp"

namespace rekey::store {

const std::string& device_columns() {
    static const std::string columns = column_list(device_fields, "d.");
    return columns;
}

const std::string& coverage_columns() {
    static const std::string columns = column_list(coverage_fields, "c.");
    return columns;
}

std::string select_device_rows(Rows rows, std::string_view condition) {
    bool present = rows == Rows::present;
    return fmt::format("SELECT {}, {} FROM {} d WHERE d.tenant_id = ?{} ORDER BY {}", device_columns(),
                       present ? "0, d.seen_in_sync, d.covered_by, CASE WHEN " REKEY_DEVICE_IS_PROVEN
                                 " THEN 0 ELSE d.unproven_by END"
                               : "d.position, 0, 0, 0",
                       present ? "devices" : "device_history", condition, present ? "d.id" : "d.id, d.position");
}

std::string select_coverage_rows(Rows rows, std::string_view condition) {
    bool present = rows == Rows::present;
    return fmt::format("SELECT {}, {} FROM {} c WHERE c.tenant_id = ?{} ORDER BY c.device_id, c.id{}",
                       coverage_columns(), present ? "0" : "c.position", present ? "coverage" : "coverage_history",
                       condition, present ? "" : ", c.position");
}

void read_device_row(Query& row, DeviceRow& device) {
    read_fields(row, device_fields, device);
    device.position = row.integer();
    read_fields(row, device_sync_fields, device);
}

void read_coverage_row(Query& row, CoverageRow& coverage) {
    read_fields(row, coverage_fields, coverage);
    coverage.position = row.integer();
}

}  // namespace rekey::store
