#pragma once

#include <string>
#include <variant>
#include <vector>

#include "rekey/store/fleet.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

class Dialect;

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

/// On `units u`, `slots s` and `certificates c`: the certificate in use, or the one that is looked at.
Condition slot_condition(const Dialect& dialect, const Selection& selection);
/// On `units u` alone: the unit, or one of its slots, is selected.
Condition unit_condition(const Dialect& dialect, const Selection& selection, bool found = false);

}  // namespace rekey::store
