#pragma once

#include <array>
#include <bitset>
#include <string>
#include <string_view>

#include "rekey/store/records.hpp"

namespace rekey::tenants {

/// What a field of a record is to us; everything but `id`, `attributes` and `ours` is an attribute too.
enum class Field {
    id,
    device,
    serial,
    model,
    family,
    status,
    description,
    starts,
    ends,
    agreement,
    attributes,  ///< a JSON object with the attributes, as this program exports it
    ours,        ///< what this program adds to an export
    other
};
constexpr std::size_t field_count = static_cast<std::size_t>(Field::other) + 1;

/// By the names that the provider's API and our own exports have.
Field field_of(std::string_view name);

/// A record as it was read.
struct Record {
    std::array<std::string, field_count> fields;
    std::bitset<field_count> has;   ///< what the record names, also where it has no value
    std::string attributes = "{}";  ///< a JSON object

    bool names(Field field) const { return has[static_cast<std::size_t>(field)]; }

    std::string& operator[](Field field) { return fields[static_cast<std::size_t>(field)]; }
    const std::string& operator[](Field field) const { return fields[static_cast<std::size_t>(field)]; }
};

/// Throw Code::usage that says what is missing or wrong, without a place.
store::Device to_device(Record&& record, Time now);
store::Coverage to_coverage(Record&& record, Time now);

}  // namespace rekey::tenants
