#pragma once

#include <string>
#include <vector>

#include "rekey/store/records.hpp"
#include "views/json_values.hpp"
#include "views/listing.hpp"

/// Devices and coverage as rows. A listing has what a record is, then what is computed from it, then when it was seen,
/// then its attributes, which have more than one form.
namespace rekey::cli {

constexpr bool is_told(store::Role role) { return role != store::Role::attributes && !store::is_seen_time(role); }

template <class Record>
void put_told(Json& row, const Record& record) {
    store::each_field(store::fields_of(record), [&](auto field) {
        if constexpr (is_told(field.role)) row[field.name] = value_of(record.*field.member);
    });
}

template <class Record>
void put_seen(Json& row, const Record& record) {
    store::each_field(store::fields_of(record), [&](auto field) {
        if constexpr (store::is_seen_time(field.role)) row[field.name] = value_of(record.*field.member);
    });
}

/// The keys of a listing. `computed`: what a row has besides the fields; `attributes`: a column for each, or one for
/// all of them.
template <class Fields>
std::vector<std::string> record_keys(const Fields& fields, const std::vector<std::string>& computed,
                                     const std::vector<std::string>& attributes) {
    std::vector<std::string> keys;
    store::each_field(fields, [&](auto field) {
        if (is_told(field.role)) keys.emplace_back(field.name);
    });
    keys.insert(keys.end(), computed.begin(), computed.end());
    store::each_field(fields, [&](auto field) {
        if (store::is_seen_time(field.role)) keys.emplace_back(field.name);
    });
    keys.insert(keys.end(), attributes.begin(), attributes.end());
    return keys;
}

}  // namespace rekey::cli
