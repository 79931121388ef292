#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "store/sql/query.hpp"

namespace rekey::store {

/// A piece of SQL that begins with ` AND `, or is empty, with the values for its places in order.
struct Condition {
    std::string sql;
    std::vector<std::variant<std::string, std::int64_t>> values;

    void bind(Query& query) const;
    void add(const std::string& text) { sql += text; }
    void add(const Condition& other);
    void value(std::string text) { values.emplace_back(std::move(text)); }
    void value(std::int64_t number) { values.emplace_back(number); }
};

}  // namespace rekey::store
