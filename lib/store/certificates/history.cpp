#include <fmt/format.h>

#include "rekey/store/fleet.hpp"
#include "store/audit/history_conditions.hpp"
#include "store/fleet/certificate_rows.hpp"
#include "store/fleet/selection_sql.hpp"
#include "store/sql/dialect.hpp"

namespace rekey::store {

namespace {

/// Units that are named are few; otherwise the index over the times gives the order as well.
std::string tables_of_history(const Dialect& dialect, bool units_are_named) {
    if (units_are_named)
        return "units u CROSS JOIN slots s CROSS JOIN certificates c WHERE s.unit_id = u.id AND c.slot_id = s.id";
    return fmt::format(
        "certificates c{} CROSS JOIN slots s CROSS JOIN units u WHERE s.id = c.slot_id AND u.id = s.unit_id",
        dialect.by_index("certificates_recorded"));
}

Condition history_condition(const Dialect& dialect, const Selection& which, const HistoryFilter& filter) {
    Condition condition;
    // What rekey made stays history, also when its slot was removed; what a unit only showed is none of this home's.
    condition.add(" AND (s.declared = 1 OR EXISTS(SELECT 1 FROM items m WHERE m.new_certificate_id = c.id))");
    add_times(condition, "c.recorded_at", filter);
    add_actor(condition, "c.actor", filter);
    if (!filter.unit.empty()) {
        condition.add(" AND u.name = ?");
        condition.value(filter.unit);
    }
    if (!filter.reason.empty()) {
        condition.add(" AND c.reason = ?");
        condition.value(filter.reason);
    }
    condition.add(slot_condition(dialect, which));
    return condition;
}

}  // namespace

void each_history_entry(Reader& store, const Selection& which, const HistoryFilter& filter,
                        const std::function<void(const HistoryEntry&)>& visit) {
    const auto& dialect = store.backend().dialect();
    auto condition = history_condition(dialect, which, filter);
    Query query(store,
                fmt::format("SELECT (SELECT max(i.run_id) FROM items i WHERE i.new_certificate_id = c.id), u.name, "
                            "s.node, s.type, {} FROM {}{} ORDER BY c.recorded_at, c.id",
                            certificate_columns(),
                            tables_of_history(dialect, !which.names.empty() || !filter.unit.empty()), condition.sql));
    condition.bind(query);
    while (query.next()) {
        HistoryEntry entry;
        entry.run_id = query.optional_integer();
        entry.certificate = read_certificate(query, query.slot_name());
        visit(entry);
    }
}

}  // namespace rekey::store
