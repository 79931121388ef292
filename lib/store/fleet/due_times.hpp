#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

// When slots are due, and until when nothing is to be found in them, as their last judgement said. Both are filters and
// no answers: before the time that is kept, nothing is due, or found, in a slot; from then on the slot is judged. What
// a judgement was made from makes it void when it changes, by triggers of the schema (schema/019_due_times.sql).

/// How long judgements are believed, so that nothing that these filters missed stays unseen for longer.
inline constexpr std::chrono::days longest_belief{30};

/// What a judgement says of a slot for later, while nothing changes.
struct KeptTimes {
    std::optional<Time> due_at;  ///< nothing is due before; none: time alone makes nothing due
    Time sound_until{};          ///< nothing is to be found before, but for what its unit was seen to hold
};

/// Whether what is kept was judged by `judged_by`, a text that differs between programs that judge differently, and is
/// believed at `now`.
bool due_times_hold(Reader& store, const std::string& judged_by, Time now);
/// The same of what is kept of findings: not before the last judgement, as what is sound by then may not have been
/// valid yet.
bool sound_times_hold(Reader& store, const std::string& judged_by, Time now);
/// Begins a transaction that keeps times which `judged_by` judges at `now`. Where what is kept does not hold, makes all
/// of it void.
void begin_times(Transaction& transaction, const std::string& judged_by, Time now);
/// For a judgement of what the store has in this transaction.
void keep_times(Transaction& transaction, Id slot_id, const KeptTimes& times);

/// Slots that have to be judged, as far as what is kept of them says.
enum class Candidates {
    due,    ///< a renewal may be due, or something is under way
    found,  ///< anything may be found
};
/// SQL of a SELECT of the ids of slots that may be so at the time of its one parameter (seconds since 1970); each
/// alternative finds them by an index. `join`: `UNION`, or `UNION ALL`, with which the same id may come more than once.
std::string select_candidates(Candidates what, const std::string& join);
/// The same as a condition on a row of `slots s`. `time`: its parameter, by which it can be given once for several.
std::string is_candidate(Candidates what, std::string_view time = "?");

}  // namespace rekey::store
