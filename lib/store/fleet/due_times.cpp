#include "store/fleet/due_times.hpp"

#include <fmt/format.h>

#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

constexpr std::string_view generation_of_today = "(SELECT generation FROM due_basis)";

constexpr std::string_view time_column(Candidates what) { return what == Candidates::due ? "due_at" : "sound_until"; }

}  // namespace

bool due_times_hold(Reader& store, const std::string& judged_by, Time now) {
    Query basis(store, "SELECT begun_at FROM due_basis WHERE judged_by = ?", judged_by);
    if (!basis.next()) return false;
    auto begun_at = basis.time();
    return begun_at <= now && now - begun_at < longest_belief;
}

bool sound_times_hold(Reader& store, const std::string& judged_by, Time now) {
    return due_times_hold(store, judged_by, now) && exists(store, "SELECT 1 FROM due_basis WHERE judged_at <= ?", now);
}

void begin_times(Transaction& transaction, const std::string& judged_by, Time now) {
    if (!due_times_hold(transaction, judged_by, now))
        change(transaction,
               "UPDATE due_basis SET generation = generation + 1, judged_by = ?1, begun_at = ?2, "
               "judged_at = ?2",
               judged_by, now);
    change(transaction, "UPDATE due_basis SET judged_at = ?1 WHERE judged_at < ?1", now);
}

void keep_times(Transaction& transaction, Id slot_id, const KeptTimes& times) {
    change(transaction,
           "UPDATE slots SET due_at = ?2, sound_until = ?3, due_by = (SELECT generation FROM due_basis) WHERE id = ?1 "
           "AND due_by IS NOT NULL",
           slot_id, times.due_at, times.sound_until);
}

std::string select_candidates(Candidates what, const std::string& join) {
    auto beside = what == Candidates::due ? fmt::format(
                                                "SELECT slot_id FROM items WHERE outcome IN ('open', 'deferred') "
                                                "{} SELECT slot_id FROM adoptions",
                                                join)
                                          : "SELECT id FROM slots WHERE declared = 1 AND difference <> ''";
    return fmt::format(
        "SELECT id FROM slots WHERE declared = 1 AND due_by = {1} AND {2} <= ? "
        "{0} SELECT id FROM slots WHERE declared = 1 AND due_by < {1} "
        "{0} SELECT id FROM slots WHERE declared = 1 AND due_by > {1} "
        "{0} {3}",
        join, generation_of_today, time_column(what), beside);
}

std::string is_candidate(Candidates what, std::string_view time) {
    const auto* beside =
        what == Candidates::due
            ? "EXISTS(SELECT 1 FROM items h WHERE h.slot_id = s.id AND h.outcome IN ('open', 'deferred')) "
              "OR EXISTS(SELECT 1 FROM adoptions h WHERE h.slot_id = s.id)"
            : "s.difference <> ''";
    return fmt::format("(s.due_by IS NOT {} OR s.{} <= {} OR {})", generation_of_today, time_column(what), time,
                       beside);
}

}  // namespace rekey::store
