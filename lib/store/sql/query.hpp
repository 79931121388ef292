#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/sql/backend.hpp"

namespace rekey::store {

/// One use of a prepared statement: values are bound in order, rows are read column by column from
/// the left. Gives the statement back when it goes out of scope, whatever happened.
class Query {
public:
    template <class... Values>
    Query(Reader& store, std::string_view sql, const Values&... values) : Query(store.backend(), sql, values...) {}
    template <class First, class... More>
    Query(Backend& backend, std::string_view sql, const First& first, const More&... more) : Query(backend, sql) {
        bind(first);
        (bind(more), ...);
    }
    Query(Backend& backend, std::string_view sql);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    void bind(std::nullptr_t);
    void bind(std::int64_t value);
    void bind(int value) { bind(std::int64_t{value}); }
    void bind(bool value) { bind(std::int64_t{value}); }
    void bind(Time value) { bind(unix_seconds(value)); }
    void bind(std::string_view value);
    void bind(const std::string& value) { bind(std::string_view(value)); }
    void bind(const char* value) { bind(std::string_view(value)); }
    void bind(ByteView value);
    /// As a JSON array.
    void bind(const std::vector<std::string>& value);
    template <class T>
    void bind(const std::optional<T>& value) {
        if (value)
            bind(*value);
        else
            bind(nullptr);
    }

    /// Without a copy: `value` must live, unchanged, until the last row has been read.
    void lend(const std::string& value);
    /// Ready to be bound and carried out again.
    void again();

    /// To the next row; false when there is none.
    bool next();
    /// Whether the next column is NULL; stays there.
    bool is_null() const;
    void skip(int columns) { column_ += static_cast<std::size_t>(columns); }
    std::int64_t integer();
    bool flag() { return integer() != 0; }
    Time time() { return from_unix(integer()); }
    std::string text();
    Bytes bytes();
    std::vector<std::string> list();
    std::optional<std::int64_t> optional_integer();
    std::optional<Time> optional_time();
    /// Unit, node and type.
    SlotName slot_name();

protected:
    /// Carries out a statement without rows and says how many rows it changed.
    std::int64_t carry_out();

private:
    /// The next column; throws when there is none.
    const Cell& cell() const;
    const Cell& take_cell();

    Backend& backend_;
    std::unique_ptr<Statement> statement_;
    std::span<const Cell> row_;
    int bound_ = 0;
    std::size_t column_ = 0;
};

/// A statement that changes something, without rows.
class WriteQuery : public Query {
public:
    /// Throws when the transaction is over.
    template <class... Values>
    WriteQuery(Transaction& transaction, std::string_view sql, const Values&... values)
        : Query(transaction.backend_for_change(), sql, values...) {}
    /// For what works below transactions: the steps of the schema, and copies.
    template <class... Values>
    WriteQuery(Backend& backend, std::string_view sql, const Values&... values) : Query(backend, sql, values...) {}

    /// Carries it out and says how many rows it changed.
    std::int64_t run() { return carry_out(); }
};

/// Carries out a change and says how many rows it touched.
template <class... Values>
std::int64_t change(Transaction& transaction, std::string_view sql, const Values&... values) {
    return WriteQuery(transaction, sql, values...).run();
}

/// The same for an INSERT; the id of the new row.
template <class... Values>
Id insert(Transaction& transaction, std::string_view sql, const Values&... values) {
    change(transaction, sql, values...);
    return transaction.backend().last_id();
}

/// Whether there is any row.
template <class... Values>
bool exists(Reader& store, std::string_view sql, const Values&... values) {
    return Query(store, sql, values...).next();
}

/// The first column of the first row, which there must be.
template <class... Values>
std::int64_t count(Reader& store, std::string_view sql, const Values&... values) {
    Query query(store, sql, values...);
    query.next();
    return query.integer();
}

/// The id for a column that may refer to nothing: 0 means nothing.
inline std::optional<Id> reference(Id id) { return id == 0 ? std::nullopt : std::optional(id); }

}  // namespace rekey::store
