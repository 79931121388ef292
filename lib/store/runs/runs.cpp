#include "store/runs/runs.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/audit/history_conditions.hpp"
#include "store/fleet/certificate_rows.hpp"
#include "store/runs/run_fields.hpp"
#include "store/sql/field_list.hpp"

namespace rekey::store {

namespace {

std::string select_runs(std::string_view condition) {
    return fmt::format("SELECT id, {} FROM runs {}", column_list(run_fields), condition);
}

Run read_run(Query& row) {
    Run run;
    run.id = row.integer();
    read_fields(row, run_fields, run);
    return run;
}

Condition run_condition(const HistoryFilter& filter) {
    Condition condition;
    add_times(condition, "started_at", filter);
    add_actor(condition, "actor", filter);
    if (!filter.unit.empty()) {
        condition.add(
            " AND id IN (SELECT i.run_id FROM units u JOIN slots s ON s.unit_id = u.id JOIN items i ON i.slot_id = "
            "s.id "
            "WHERE u.name = ?)");
        condition.value(filter.unit);
    }
    if (!filter.reason.empty()) {
        condition.add(" AND (reason = ? OR EXISTS(SELECT 1 FROM items i WHERE i.run_id = runs.id AND i.reason = ?))");
        condition.value(filter.reason);
        condition.value(filter.reason);
    }
    return condition;
}

}  // namespace

void add_run(Transaction& transaction, Run& run) {
    static const std::string add = insert_sql("runs", column_list(run_fields));
    run.id = insert_record(transaction, add, run_fields, run);
}

void finish_run(Transaction& transaction, Id id, const std::string& ending, Time now) {
    if (ending.empty()) throw Error(Code::failed, fmt::format("run {} cannot end without saying how", id));
    Query known(transaction, "SELECT finished_at FROM runs WHERE id = ?", id);
    if (!known.next()) throw Error(Code::not_found, fmt::format("there is no run {}", id));
    // The first ending stays: a run that was taken over may notice only later.
    change(transaction, "UPDATE runs SET finished_at = ?, ending = ? WHERE id = ? AND finished_at IS NULL", now, ending,
           id);
    change(transaction, "DELETE FROM run_units WHERE run_id = ?", id);
}

std::optional<Run> find_run(Reader& store, Id id) {
    Query query(store, select_runs("WHERE id = ?"), id);
    if (!query.next()) return std::nullopt;
    return read_run(query);
}

std::vector<Run> runs_of(Reader& store, const Item& item) {
    Query query(store,
                select_runs("WHERE id IN (SELECT run_id FROM items WHERE slot_id = ? AND token = ?) ORDER BY id"),
                item.slot_id, item.token);
    std::vector<Run> runs;
    while (query.next()) runs.push_back(read_run(query));
    return runs;
}

std::vector<Run> unfinished_runs(Reader& store) {
    Query query(store, select_runs("WHERE finished_at IS NULL ORDER BY id"));
    std::vector<Run> runs;
    while (query.next()) runs.push_back(read_run(query));
    return runs;
}

void each_run(Reader& store, int limit, const std::function<void(const Run&)>& visit) {
    each_run(store, HistoryFilter{}, limit, visit);
}

void each_run(Reader& store, const HistoryFilter& filter, int limit, const std::function<void(const Run&)>& visit) {
    auto condition = run_condition(filter);
    Query query(store, select_runs(fmt::format("WHERE 1 = 1{} ORDER BY id DESC LIMIT ?", condition.sql)));
    condition.bind(query);
    query.bind(limit > 0 ? limit : -1);
    while (query.next()) visit(read_run(query));
}

}  // namespace rekey::store
