#include "store/audit/action_counts.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

void each_action_count(Reader& store, Time since,
                       const std::function<void(const std::string& action, std::int64_t entries)>& visit) {
    Query query(store, "SELECT action, count(*) FROM audit WHERE at >= ? GROUP BY action ORDER BY action", since);
    while (query.next()) {
        auto action = query.text();
        auto entries = query.integer();
        visit(action, entries);
    }
}

}  // namespace rekey::store
