#include "store/fleet/due_times.hpp"

#include <fmt/format.h>

#include "store/sql/query.hpp"

namespace rekey::store {

bool due_times_hold(Reader& store, const std::string& judged_by, Time now) {
    Query basis(store, "SELECT begun_at FROM due_basis WHERE judged_by = ?", judged_by);
    if (!basis.next()) return false;
    auto begun_at = basis.time();
    return begun_at <= now && now - begun_at < longest_belief;
}

void begin_due_times(Transaction& transaction, const std::string& judged_by, Time now) {
    if (due_times_hold(transaction, judged_by, now)) return;
    change(transaction, "UPDATE due_basis SET generation = generation + 1, judged_by = ?, begun_at = ?", judged_by,
           now);
}

void keep_due_time(Transaction& transaction, Id slot_id, std::optional<Time> due_at) {
    change(transaction,
           "UPDATE slots SET due_at = ?2, due_by = (SELECT generation FROM due_basis) WHERE id = ?1 "
           "AND due_by IS NOT NULL AND (due_by <> (SELECT generation FROM due_basis) OR due_at IS NOT ?2)",
           slot_id, due_at);
}

std::string select_maybe_due(const std::string& join) {
    return fmt::format(
        "SELECT id FROM slots WHERE declared = 1 AND due_by = (SELECT generation FROM due_basis) AND due_at <= ? "
        "{0} SELECT id FROM slots WHERE declared = 1 AND due_by < (SELECT generation FROM due_basis) "
        "{0} SELECT id FROM slots WHERE declared = 1 AND due_by > (SELECT generation FROM due_basis) "
        "{0} SELECT slot_id FROM items WHERE outcome IN ('open', 'deferred') "
        "{0} SELECT slot_id FROM adoptions",
        join);
}

}  // namespace rekey::store
