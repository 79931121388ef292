#pragma once

#include <string>
#include <vector>

#include "base/text/flat_json.hpp"
#include "rekey/store/records.hpp"
#include "views/row.hpp"

/// Devices and coverage as rows. A listing has what a record is, then what is computed from it, then when it was seen,
/// then its attributes, which have more than one form.
namespace rekey::cli {

constexpr bool is_told(store::Role role) { return role != store::Role::attributes && !store::is_seen_time(role); }

template <class Record>
void put_told(Row& row, const Record& record) {
    store::each_field(store::fields_of(record), [&](auto field) {
        if constexpr (is_told(field.role)) row.put(field.name, record.*field.member);
    });
}

template <class Record>
void put_seen(Row& row, const Record& record) {
    store::each_field(store::fields_of(record), [&](auto field) {
        if constexpr (store::is_seen_time(field.role)) row.put(field.name, record.*field.member);
    });
}

/// The attributes of a record, which are JSON. Throws Code::corrupt where they are none.
inline void read_attributes(FlatJson& into, const std::string& attributes) {
    if (!into.read(attributes))
        throw Error(Code::corrupt, "the attributes of a record are no JSON", "see: rekey doctor");
}

/// A value of attributes that were read in the form of listings (`BeyondAscii::escaped`).
inline Value value_of(const FlatJson& attributes, FlatJson::Node node) {
    return attributes.kind(node) == FlatJson::Kind::text ? Value(attributes.text(node))
                                                         : Value::written(attributes.written(node));
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
