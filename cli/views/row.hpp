#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "views/value.hpp"

namespace rekey::cli {

/// One row of a listing, or the members of one object: keys with their values, in order. Texts are copied, keys are
/// not: they outlive the row, as the names of fields do.
///
/// It represents a JSON object, and is written without one: a listing has millions of rows, and an object of each took
/// most of the time.
class Row {
public:
    struct Member {
        std::string_view key;
        Value value;
    };

    Row();
    Row(std::initializer_list<Member> members);
    ~Row();
    Row(const Row&);
    Row(Row&&) noexcept;
    Row& operator=(const Row&);
    Row& operator=(Row&&) noexcept;

    /// At the end. No member has this key yet.
    void put(std::string_view key, const Value& value);
    /// In the place of the member's value, or at the end where the row has no such key.
    void replace(std::string_view key, const Value& value);

    std::size_t size() const { return cells_.size(); }
    std::string_view key(std::size_t member) const { return cells_[member].key; }
    /// Which member has this key. `guess`: looked at first; rows of one listing are alike.
    std::optional<std::size_t> find(std::string_view key, std::size_t guess = 0) const;

    bool is_text(std::size_t member) const;
    /// The number; nothing where the value is none.
    std::optional<std::int64_t> integer(std::size_t member) const;
    /// The time, also if it is a text.
    std::optional<Time> time(std::size_t member) const;
    /// The value in a cell: what is null is empty, and what is in a list or an object follows each other.
    void append_text(std::string& out, std::size_t member) const;
    std::string text(std::size_t member) const;

    /// As a JSON object in one line.
    void append_json(std::string& out) const;
    Json object() const;

private:
    using Kind = Value::Kind;

    /// Lists are kept as JSON, digests as text.
    struct Cell {
        std::string_view key;
        Kind kind = Kind::null;
        std::int64_t integer = 0;
        std::size_t begin = 0;  ///< of its text among the texts; of JSON, its place among the nested values
        std::size_t size = 0;
    };

    Cell kept(std::string_view key, const Value& value);
    std::string_view text_of(const Cell& cell) const { return std::string_view(texts_).substr(cell.begin, cell.size); }
    void append_json(std::string& out, const Cell& cell) const;

    std::vector<Cell> cells_;
    std::string texts_;
    std::vector<Json> nested_;
};

/// The keys of a row, in order: those of each row that is made like it.
std::vector<std::string> keys_of(const Row& row);

/// The text in a cell for a JSON value.
std::string cell_text(const Json& value);
/// JSON as listings write it: in one line, of ASCII characters, so that nothing of it reaches a terminal raw. What is
/// no UTF-8 becomes U+FFFD.
std::string json_line(const Json& value);

/// Adds to an object, as to a row.
void put(Json& object, const char* key, const Value& value);
inline void put(Row& row, const char* key, const Value& value) { row.put(key, value); }

}  // namespace rekey::cli
