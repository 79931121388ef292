#include "store/sql/condition.hpp"

namespace rekey::store {

void Condition::bind(Query& query) const {
    for (const auto& each : values) std::visit([&](const auto& value) { query.bind(value); }, each);
}

void Condition::add(const Condition& other) {
    sql += other.sql;
    values.insert(values.end(), other.values.begin(), other.values.end());
}

}  // namespace rekey::store
