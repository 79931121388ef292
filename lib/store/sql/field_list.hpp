#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/text/shortened.hpp"
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
/// An UPDATE of the row with an id, which is the last parameter; `assignments` as above.
std::string update_sql(std::string_view table, const std::string& assignments);

/// A role of fields: how the column is written once the row is there.
enum class Kept {
    for_good,   ///< never again
    changing,   ///< with each update of the record
    shortened,  ///< the same; a text that others chose, of which no more is kept than is shown
};

template <class Field>
constexpr auto unless_kept_for_good(Field field) {
    if constexpr (Field::role == Kept::for_good)
        return std::tuple<>();
    else
        return std::tuple<Field>(field);
}
/// The fields that an update writes.
template <class Fields>
constexpr auto changing_fields(const Fields& fields) {
    return std::apply([](auto... field) { return std::tuple_cat(unless_kept_for_good(field)...); }, fields);
}

template <class Fields>
constexpr int width_of(const Fields&) {
    return static_cast<int>(std::tuple_size_v<Fields>);
}

/// A text is lent: the record must outlive what is done with it (`Query::lend`).
inline void bind_field(Query& query, const std::string& value) { query.lend(value); }
inline void bind_field(Query& query, std::int64_t value) { query.bind(value); }
inline void bind_field(Query& query, int value) { query.bind(value); }
inline void bind_field(Query& query, bool value) { query.bind(value); }
inline void bind_field(Query& query, Time value) { query.bind(value); }
inline void bind_field(Query& query, const std::vector<std::string>& value) { query.bind(value); }
inline void bind_field(Query& query, const Sha256& value) { query.bind(ByteView(value)); }
inline void bind_field(Query& query, const Bytes& value) { query.bind(ByteView(value)); }
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

template <auto role>
constexpr bool is_shortened = false;
template <>
inline constexpr bool is_shortened<Kept::shortened> = true;

template <class Fields, class Record>
void bind_fields(Query& query, const Fields& fields, const Record& record) {
    each_field(fields, [&](auto field) {
        if constexpr (is_shortened<field.role>)
            query.bind(shortened(record.*field.member));
        else
            bind_field(query, record.*field.member);
    });
}
/// NULL in all of them where there is no record.
template <class Fields, class Record>
void bind_fields(Query& query, const Fields& fields, const std::optional<Record>& record) {
    if (record)
        bind_fields(query, fields, *record);
    else
        each_field(fields, [&](auto) { query.bind(nullptr); });
}

/// `sql` as `insert_sql` has it of these fields. Gives the id.
template <class Fields, class Record>
Id insert_record(Transaction& transaction, std::string_view sql, const Fields& fields, const Record& record) {
    WriteQuery query(transaction, sql);
    bind_fields(query, fields, record);
    query.run();
    return transaction.backend().last_id();
}

/// `sql` as `update_sql` has it of these fields. False where no row has the id.
template <class Fields, class Record>
bool update_record(Transaction& transaction, std::string_view sql, const Fields& fields, const Record& record, Id id) {
    WriteQuery query(transaction, sql);
    bind_fields(query, fields, record);
    query.bind(id);
    return query.run() != 0;
}

inline void read_field(Query& row, std::string& value) { value = row.text(); }
inline void read_field(Query& row, std::int64_t& value) { value = row.integer(); }
inline void read_field(Query& row, int& value) { value = static_cast<int>(row.integer()); }
inline void read_field(Query& row, bool& value) { value = row.flag(); }
inline void read_field(Query& row, Time& value) { value = row.time(); }
inline void read_field(Query& row, std::vector<std::string>& value) { value = row.list(); }
inline void read_field(Query& row, Bytes& value) { value = row.bytes(); }
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
/// Nothing where the first of them is NULL.
template <class Fields, class Record>
void read_fields(Query& row, const Fields& fields, std::optional<Record>& record) {
    record.reset();
    if (row.is_null())
        row.skip(width_of(fields));
    else
        read_fields(row, fields, record.emplace());
}

}  // namespace rekey::store
