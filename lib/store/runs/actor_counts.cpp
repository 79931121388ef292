#include "store/runs/actor_counts.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

void each_actor_count(Reader& store, Time since, const std::function<void(const ActorCount&)>& visit) {
    Query query(
        store,
        "SELECT r.actor, count(DISTINCT r.id), sum(CASE WHEN i.outcome = 'renewed' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN i.outcome = 'failed' THEN 1 ELSE 0 END) FROM runs r LEFT JOIN items i ON i.run_id = r.id "
        "WHERE r.started_at >= ? GROUP BY r.actor ORDER BY r.actor",
        since);
    while (query.next()) {
        ActorCount one;
        one.actor = query.text();
        one.runs = query.integer();
        one.renewed = query.integer();
        one.failed = query.integer();
        visit(one);
    }
}

}  // namespace rekey::store
