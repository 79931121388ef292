#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rekey/store/records.hpp"
#include "store/sql/field_list.hpp"

namespace rekey::store {

/// What is done with the records of one kind. All but `keep` take every parameter of the record, its
/// key first; `keep` takes the key only.
struct UpsertSql {
    std::string insert;   ///< does nothing where there is one with that key
    std::string see;      ///< the times when it was seen; changes no row in which anything else differs
    std::string compare;  ///< whether these are the same: content, the rest, times; it was inactive; this sync saw it
    std::string touch;    ///< all but the content
    std::string keep;     ///< the content that there is, into the history
    std::string replace;  ///< all of it
};

/// A field without its type, for SQL text.
struct FieldColumn {
    std::string_view name;
    Role role;
    bool may_be_null;
};

template <class Fields>
std::vector<FieldColumn> columns_of(const Fields& fields) {
    std::vector<FieldColumn> columns;
    each_field(fields, [&](auto field) { columns.push_back({field.name, field.role, field.optional}); });
    return columns;
}

template <class Fields, class Record>
void bind_keys(Query& query, const Fields& fields, const Record& record) {
    each_field(fields, [&](auto field) {
        if constexpr (field.role == Role::key) bind_field(query, record.*field.member);
    });
}

/// A column that a table has beside the fields of its records.
struct UpsertColumn {
    std::string_view name;
    std::string_view same;   ///< whether it stays as it is
    std::string_view value;  ///< what it becomes
};

/// A table of a tenant's records and its history. Parameter 1 is the tenant; the fields follow, then the columns beside
/// them. In the SQL below `{name}` is the parameter of that column, and `{same}` whether the content is the same, but
/// for the attributes.
struct UpsertTable {
    std::string_view name;
    std::string_view history;
    std::vector<FieldColumn> columns;
    std::vector<UpsertColumn> beside = {};
    std::string_view was_inactive = "0";
    std::string_view was_seen = "0";     ///< by this sync
    std::string_view touch_also = {};    ///< assignments
    std::string_view replace_also = {};  ///< assignments
};

UpsertSql upsert_sql(const UpsertTable& table);

}  // namespace rekey::store
