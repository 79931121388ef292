#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

// When slots are due, as their last judgement said. It is a filter and no answer: before the time that is kept, nothing
// is due in a slot; from then on the slot is judged. What a judgement was made from makes it void when it changes, by
// triggers of the schema (schema/019_due_times.sql).

/// How long judgements are believed, so that nothing that this filter missed stays unseen for longer.
inline constexpr std::chrono::days longest_belief{30};

/// Whether what is kept was judged by `judged_by`, a text that differs between programs that judge differently, and is
/// believed at `now`.
bool due_times_hold(Reader& store, const std::string& judged_by, Time now);
/// Where it does not hold: makes all of it void, and begins anew for `judged_by`.
void begin_due_times(Transaction& transaction, const std::string& judged_by, Time now);
/// Keeps that nothing is due in the slot before `due_at`; none: time alone makes nothing due there. For a judgement of
/// what the store has in this transaction.
void keep_due_time(Transaction& transaction, Id slot_id, std::optional<Time> due_at);

/// SQL of a SELECT of the ids of slots that may be due at the time of its one parameter (seconds since 1970), or that
/// something is under way in; each alternative finds them by an index. `join`: `UNION`, or `UNION ALL`, with which the
/// same id may come more than once.
std::string select_maybe_due(const std::string& join);

}  // namespace rekey::store
