#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/record_fields.hpp"
#include "store/sql/query.hpp"

/// What a list of fields means to the store: columns of SQL text, values that are bound, values that are read.
namespace rekey::store {

/// A field without its type, for SQL text.
struct FieldColumn {
    std::string_view name;
    Role role;
    bool may_be_null;
};

template <class Fields>
std::vector<FieldColumn> columns_of(const Fields& fields) {
    std::vector<FieldColumn> columns;
    each_field(fields, [&](auto field) { columns.push_back({field.name, field.role, field.may_be_missing}); });
    return columns;
}

/// `a, b, c`; with `d.` before them, `d.a, d.b, d.c`.
std::string column_list(const std::vector<FieldColumn>& columns, std::string_view before = "");
template <class Fields>
std::string column_list(const Fields& fields, std::string_view before = "") {
    return column_list(columns_of(fields), before);
}

/// An INSERT with one parameter for each column of a list as above.
std::string insert_sql(std::string_view table, const std::string& columns);

/// A text is lent: the record must outlive what is done with it (`Query::lend`).
inline void bind_field(Query& query, const std::string& value) { query.lend(value); }
inline void bind_field(Query& query, std::int64_t value) { query.bind(value); }
inline void bind_field(Query& query, Time value) { query.bind(value); }
inline void bind_field(Query& query, const std::optional<Time>& value) { query.bind(value); }

template <class Fields, class Record>
void bind_fields(Query& query, const Fields& fields, const Record& record) {
    each_field(fields, [&](auto field) { bind_field(query, record.*field.member); });
}

template <class Fields, class Record>
void bind_keys(Query& query, const Fields& fields, const Record& record) {
    each_field(fields, [&](auto field) {
        if constexpr (field.role == Role::key) bind_field(query, record.*field.member);
    });
}

inline void read_field(Query& row, std::string& value) { value = row.text(); }
inline void read_field(Query& row, std::int64_t& value) { value = row.integer(); }
inline void read_field(Query& row, Time& value) { value = row.time(); }
inline void read_field(Query& row, std::optional<Time>& value) { value = row.optional_time(); }

template <class Fields, class Record>
void read_fields(Query& row, const Fields& fields, Record& record) {
    each_field(fields, [&](auto field) { read_field(row, record.*field.member); });
}

}  // namespace rekey::store
