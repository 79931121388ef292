#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/sql/field_list.hpp"

namespace rekey::store {

/// What is done with the records of one kind. All but `keep` take every parameter of the record, its
/// key first; `keep` takes the key only.
struct UpsertSql {
    std::string insert;   ///< does nothing where there is one with that key
    std::string compare;  ///< whether the content is the same; nothing differs; it was inactive; this sync told of it
    std::string touch;    ///< all but the content
    std::string keep;     ///< the content that there is, into the history
    std::string replace;  ///< all of it
};

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
    std::string_view was_told = "0";     ///< by this sync
    std::string_view touch_also = {};    ///< assignments
    std::string_view replace_also = {};  ///< assignments
};

UpsertSql upsert_sql(const UpsertTable& table);

}  // namespace rekey::store
