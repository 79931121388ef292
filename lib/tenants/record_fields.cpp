#include "tenants/record_fields.hpp"

#include <fmt/format.h>

#include <utility>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey::tenants {

namespace {

constexpr std::size_t longest_id = 256;

constexpr std::pair<std::string_view, Field> names[] = {
    {"id", Field::id},
    {"device_id", Field::device},
    {"deviceId", Field::device},
    {"serialNumber", Field::serial},
    {"serial_number", Field::serial},
    {"serial", Field::serial},
    {"deviceModel", Field::model},
    {"model", Field::model},
    {"productFamily", Field::family},
    {"family", Field::family},
    {"status", Field::status},
    {"description", Field::description},
    {"startDateTime", Field::starts},
    {"starts", Field::starts},
    {"endDateTime", Field::ends},
    {"ends", Field::ends},
    {"agreementNumber", Field::agreement},
    {"attributes", Field::attributes},
    {"type", Field::ours},
    {"inactive_since", Field::ours},
    {"first_seen", Field::ours},
    {"last_seen", Field::ours},
};

const std::string& require_id(const std::string& id, std::string_view what) {
    if (id.empty()) throw Error(Code::usage, fmt::format("no {}", what));
    if (id.size() > longest_id) throw Error(Code::usage, fmt::format("a {} longer than {} bytes", what, longest_id));
    if (printable(id) != id) throw Error(Code::usage, fmt::format("a {} with control characters", what));
    return id;
}

/// What only coverage has. A report of devices may have its dates beside their models.
bool is_coverage(const Record& record) {
    return (record.names(Field::device) || record.names(Field::starts) || record.names(Field::ends) ||
            record.names(Field::agreement)) &&
           !record.names(Field::model) && !record.names(Field::family);
}

/// Nothing of a device says what covers it.
void require_coverage(const Record& record) {
    constexpr Field telling[] = {Field::device, Field::description, Field::agreement, Field::starts, Field::ends};
    for (auto field : telling)
        if (!record[field].empty()) return;
    throw Error(Code::usage, "no coverage record: neither device_id nor description, agreementNumber or a date",
                "devices are imported with --devices FILE");
}

/// RFC 3339, or a day for its beginning.
std::optional<Time> to_time(const std::string& text) {
    if (text.empty()) return std::nullopt;
    if (auto time = from_rfc3339(text)) return time;
    if (auto day = from_rfc3339(text + "T00:00:00Z")) return day;
    throw Error(Code::usage, fmt::format("'{}' is no time", printable(text)), "as 2027-06-30T00:00:00Z");
}

}  // namespace

Field field_of(std::string_view name) {
    for (const auto& [known, field] : names)
        if (known == name) return field;
    return Field::other;
}

store::Device to_device(Record&& record, Time now) {
    if (is_coverage(record))
        throw Error(Code::usage, "a coverage record, where a device is needed",
                    "coverage is imported with --coverage FILE");
    store::Device device;
    auto& id = record[Field::id].empty() ? record[Field::serial] : record[Field::id];
    device.id = require_id(id, "id or serialNumber");
    device.serial = std::move(record[Field::serial]);
    device.model = std::move(record[Field::model]);
    device.family = std::move(record[Field::family]);
    device.status = std::move(record[Field::status]);
    device.attributes = std::move(record.attributes);
    device.first_seen = now;
    device.last_seen = now;
    return device;
}

store::Coverage to_coverage(Record&& record, Time now) {
    require_coverage(record);
    store::Coverage coverage;
    coverage.device_id = require_id(record[Field::device].empty() ? record[Field::serial] : record[Field::device],
                                    "device_id or serialNumber");
    // The provider gives no id of its own to some: what tells them apart then.
    if (record[Field::id].empty()) record[Field::id] = record[Field::agreement];
    if (record[Field::id].empty() && !record[Field::description].empty())
        record[Field::id] = record[Field::description] + "/" + record[Field::starts];
    coverage.id = require_id(record[Field::id], "id, agreementNumber or description");
    coverage.status = std::move(record[Field::status]);
    coverage.description = std::move(record[Field::description]);
    coverage.starts = to_time(record[Field::starts]);
    coverage.ends = to_time(record[Field::ends]);
    coverage.attributes = std::move(record.attributes);
    coverage.last_seen = now;
    return coverage;
}

}  // namespace rekey::tenants
