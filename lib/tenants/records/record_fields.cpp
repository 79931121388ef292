#include "tenants/records/record_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/text/blanks.hpp"
#include "base/text/letters.hpp"
#include "rekey/base/base.hpp"
#include "tenants/records/date_forms.hpp"
#include "tenants/records/json_text.hpp"

namespace rekey::tenants {

namespace {

// The provider has the first word of each; the others are of lists, and of APIs that list.
constexpr std::pair<std::string_view, std::string_view> coverage_words[] = {
    {"active", "ACTIVE"},          {"inforce", "ACTIVE"},      {"covered", "ACTIVE"},       {"current", "ACTIVE"},
    {"valid", "ACTIVE"},           {"inwarranty", "ACTIVE"},   {"undercoverage", "ACTIVE"}, {"enabled", "ACTIVE"},
    {"inactive", "INACTIVE"},      {"notactive", "INACTIVE"},  {"expired", "INACTIVE"},     {"ended", "INACTIVE"},
    {"canceled", "INACTIVE"},      {"cancelled", "INACTIVE"},  {"lapsed", "INACTIVE"},      {"notcovered", "INACTIVE"},
    {"outofwarranty", "INACTIVE"}, {"terminated", "INACTIVE"}, {"disabled", "INACTIVE"},    {"invalid", "INACTIVE"},
};

/// Letters only, small.
std::string letters_of(std::string_view word) {
    std::string letters;
    for (char c : word) {
        if (c != ' ' && c != '_' && c != '-') letters += lower_case(c);
    }
    return letters;
}

std::string require_id(std::string id, std::string_view what) {
    if (id.empty()) throw Error(Code::usage, fmt::format("no {}", what));
    if (id.size() > limits::record_id)
        throw Error(Code::usage, fmt::format("a {} longer than {} bytes", what, limits::record_id));
    if (printable(id) != id) throw Error(Code::usage, fmt::format("a {} with control characters", what));
    return id;
}

/// Names the field with what is wrong about its date.
std::optional<Time> date_in(const Record& record, Field field, std::string_view name) {
    try {
        return read_date(record[field]);
    } catch (Error& e) {
        throw e.in(name);
    }
}

/// As the provider writes it.
std::string device_status_of(std::string_view word) {
    for (std::string_view known : {"ASSIGNED", "UNASSIGNED"}) {
        auto letters = letters_of(word);
        if (letters == letters_of(known)) return std::string(known);
    }
    return std::string(word);
}

void add_attribute(std::string& attributes, std::string_view name, std::string_view value) {
    std::string member = "{";
    append_json_string(member, name);
    member += ':';
    append_json_string(member, value);
    if (attributes != "{}") member += ',';
    attributes.replace(0, 1, member);
}

/// A device of a list goes by its serial number; what the list calls it itself is kept beside.
std::string name_in_list(Record& record) {
    auto given = with_plain_blanks(record[Field::id]);
    record[Field::serial] = plain_serial(record[Field::serial]);
    if (record[Field::serial].empty()) return plain_serial(given);
    if (!given.empty() && plain_serial(given) != record[Field::serial]) add_attribute(record.attributes, "id", given);
    return record[Field::serial];
}

void take_times(const Record& record, store::Device& device, Time now) {
    store::set_seen(device, now);
    if (record.origin == Origin::ours) {
        device.inactive_since = date_in(record, Field::inactive, "inactive_since");
        // A time later than now cannot be right: now counts instead.
        device.last_seen = std::min(now, date_in(record, Field::last_seen, "last_seen").value_or(now));
        device.first_seen = std::min(device.last_seen, date_in(record, Field::first_seen, "first_seen").value_or(now));
    } else {
        device.inactive_since = date_in(record, Field::released, "releasedFromOrgDateTime");
    }
}

std::string coverage_status_in(const Record& record) {
    const auto& given = record[Field::status];
    if (auto word = coverage_status_of(given)) return std::string(*word);
    if (record.origin == Origin::ours) return given;
    if (with_plain_blanks(given).empty()) {
        // A list of when warranties end says by that whether they are in force.
        bool dated = !record[Field::starts].empty() || !record[Field::ends].empty();
        return record.origin == Origin::list && !record.names(Field::status) && dated ? "ACTIVE" : "";
    }
    throw Error(Code::usage, fmt::format("status '{}' is not known", printable(given)),
                "the words are ACTIVE and INACTIVE");
}

/// What tells it from others of its device: the provider gives no id of its own to some.
std::string coverage_id_in(const Record& record) {
    if (!record[Field::id].empty()) return record[Field::id];
    if (!record[Field::agreement].empty()) return record[Field::agreement];
    if (!record[Field::description].empty()) return record[Field::description] + "/" + record[Field::starts];
    bool dated = !record[Field::starts].empty() || !record[Field::ends].empty();
    return record.origin == Origin::list && dated ? "warranty" : "";
}

std::string device_of_coverage(Record& record) {
    if (record.origin != Origin::list) return record[record[Field::device].empty() ? Field::serial : Field::device];
    auto serial = plain_serial(record[Field::serial]);
    return serial.empty() ? plain_serial(record[Field::device]) : serial;
}

}  // namespace

void Record::clear() {
    for (auto& field : fields) field.clear();
    ranks.fill(0);
    has.reset();
    attributes = "{}";
    origin = Origin::list;
    trouble.reset();
}

std::optional<std::string_view> coverage_status_of(std::string_view word) {
    if (word == "ACTIVE" || word == "INACTIVE") return word;
    auto letters = letters_of(with_plain_blanks(word));
    for (const auto& [known, status] : coverage_words)
        if (known == letters) return status;
    return std::nullopt;
}

/// What only coverage has. A report of devices may have its dates beside their models.
bool is_coverage(const Record& record) {
    bool telling = (record.names(Field::device) && !record.names(Field::serial)) || record.names(Field::starts) ||
                   record.names(Field::ends) || record.names(Field::agreement);
    return telling && !record.names(Field::model) && !record.names(Field::family);
}

/// Nothing of a device says what covers it.
bool is_no_coverage(const Record& record) {
    constexpr Field telling[] = {Field::device, Field::description, Field::agreement, Field::starts, Field::ends};
    return std::all_of(std::begin(telling), std::end(telling), [&](Field field) { return record[field].empty(); });
}

store::Device to_device(Record&& record, Time now) {
    store::Device device;
    bool in_list = record.origin == Origin::list;
    device.id = in_list ? name_in_list(record) : record[record[Field::id].empty() ? Field::serial : Field::id];
    require_id(device.id, "id or serialNumber");
    take_times(record, device, now);
    device.status = record.origin == Origin::ours ? record[Field::status] : device_status_of(record[Field::status]);
    device.serial = std::move(record[Field::serial]);
    device.model = std::move(record[Field::model]);
    device.family = std::move(record[Field::family]);
    device.attributes = std::move(record.attributes);
    return device;
}

store::Coverage to_coverage(Record&& record, Time now) {
    store::Coverage coverage;
    coverage.device_id = require_id(device_of_coverage(record), "device_id or serialNumber");
    coverage.id = require_id(coverage_id_in(record), "id, agreementNumber or description");
    try {
        coverage.status = coverage_status_in(record);
        coverage.starts = date_in(record, Field::starts, "startDateTime");
        coverage.ends = date_in(record, Field::ends, "endDateTime");
    } catch (Error& e) {
        throw e.in(fmt::format("coverage {} of {}", printable(coverage.id), printable(coverage.device_id)));
    }
    coverage.description = std::move(record[Field::description]);
    coverage.attributes = std::move(record.attributes);
    coverage.last_seen = now;
    if (record.origin == Origin::ours)
        coverage.last_seen = std::min(now, date_in(record, Field::last_seen, "last_seen").value_or(now));
    return coverage;
}

}  // namespace rekey::tenants
