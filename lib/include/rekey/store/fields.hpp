#pragma once

#include <optional>
#include <string_view>
#include <tuple>

/// A record is described once, by the list of its fields: a tuple, next to the record. What the store, JSON, CSV and
/// archives do with each field follows from the list, in its order.
namespace rekey::store {

template <class Value>
constexpr bool may_be_missing = false;
template <class Value>
constexpr bool may_be_missing<std::optional<Value>> = true;

/// `role`: how the field differs from others of the list, in a type of the record's own.
template <auto role_of_field, class Record, class Value>
struct RecordField {
    static constexpr auto role = role_of_field;
    static constexpr bool optional = may_be_missing<Value>;

    const char* name;  ///< of the column, of the member in JSON, and in the header of CSV
    Value Record::*member;
};

template <auto role, class Record, class Value>
constexpr RecordField<role, Record, Value> record_field(const char* name, Value Record::*member) {
    return {name, member};
}

/// Of a record whose fields do not differ.
template <class Record, class Value>
constexpr RecordField<nullptr, Record, Value> record_field(const char* name, Value Record::*member) {
    return {name, member};
}

/// Hands each field to `visit`, in the order of the list; by value, so that its role is a constant.
template <class Fields, class Visit>
constexpr void each_field(const Fields& fields, const Visit& visit) {
    std::apply([&](auto... field) { (visit(field), ...); }, fields);
}

template <class Fields>
bool has_field(const Fields& fields, std::string_view name) {
    bool found = false;
    each_field(fields, [&](auto field) { found = found || field.name == name; });
    return found;
}

}  // namespace rekey::store
