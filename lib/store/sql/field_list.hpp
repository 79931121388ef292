#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "rekey/store/store.hpp"
#include "store/sql/query.hpp"

/// What a list of fields means to the store: columns of SQL text, values that are bound, values that are read.
/// A record whose fields have a type of its own adds `read_field` for it, and `to_string` if it is an enumeration.
namespace rekey::store {

/// `a, b, c`; with `d.` before them, `d.a, d.b, d.c`.
template <class Fields>
std::string column_list(const Fields& fields, std::string_view before = "") {
    std::string list;
    each_field(fields, [&](auto field) {
        if (!list.empty()) list += ", ";
        list.append(before).append(field.name);
    });
    return list;
}

/// `a = ?, b = ?, c = ?`
template <class Fields>
std::string assignment_list(const Fields& fields) {
    std::string list;
    each_field(fields, [&](auto field) { list.append(list.empty() ? "" : ", ").append(field.name).append(" = ?"); });
    return list;
}

/// An INSERT with one parameter for each column of a list as above.
std::string insert_sql(std::string_view table, const std::string& columns);

/// A text is lent: the record must outlive what is done with it (`Query::lend`).
inline void bind_field(Query& query, const std::string& value) { query.lend(value); }
inline void bind_field(Query& query, std::int64_t value) { query.bind(value); }
inline void bind_field(Query& query, bool value) { query.bind(value); }
inline void bind_field(Query& query, Time value) { query.bind(value); }
inline void bind_field(Query& query, const std::vector<std::string>& value) { query.bind(value); }
inline void bind_field(Query& query, const Sha256& value) { query.bind(ByteView(value)); }
/// As its word.
template <class Enum>
requires std::is_enum_v<Enum>
void bind_field(Query& query, Enum value) { query.bind(to_string(value)); }
template <class Value>
void bind_field(Query& query, const std::optional<Value>& value) {
    if (value)
        bind_field(query, *value);
    else
        query.bind(nullptr);
}

template <class Fields, class Record>
void bind_fields(Query& query, const Fields& fields, const Record& record) {
    each_field(fields, [&](auto field) { bind_field(query, record.*field.member); });
}

inline void read_field(Query& row, std::string& value) { value = row.text(); }
inline void read_field(Query& row, std::int64_t& value) { value = row.integer(); }
inline void read_field(Query& row, bool& value) { value = row.flag(); }
inline void read_field(Query& row, Time& value) { value = row.time(); }
inline void read_field(Query& row, std::vector<std::string>& value) { value = row.list(); }
void read_field(Query& row, Sha256& value);
template <class Value>
void read_field(Query& row, std::optional<Value>& value) {
    value.reset();
    if (row.is_null())
        row.skip(1);
    else
        read_field(row, value.emplace());
}

template <class Fields, class Record>
void read_fields(Query& row, const Fields& fields, Record& record) {
    each_field(fields, [&](auto field) { read_field(row, record.*field.member); });
}

}  // namespace rekey::store
