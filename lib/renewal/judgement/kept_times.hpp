#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rekey/renewal/overview.hpp"
#include "renewal/plan/desired_state.hpp"
#include "store/fleet/due_times.hpp"

/// Slots are judged once, and the store keeps until when that holds (store/fleet/due_times.hpp): what looks for what is
/// due, or for findings, passes over the others.
namespace rekey::renewal {

/// Whether slots are judged by `policy` as by the one in force in the store, by which what it keeps was judged.
bool is_in_force(store::Reader& store, const policy::Policy& policy);

/// What an assessment at `now` says for later, while nothing changes: before `due_at` no run with `--due` has anything
/// to do or to tell, before `sound_until` `findings_of` finds nothing.
store::KeptTimes times_of(const Assessment& assessment, const DesiredState& targets, Time now);

/// So many slots are judged in one transaction: in a tenth of a second, others may write again.
inline constexpr std::size_t most_judged_at_once = 2000;

/// Judges those of `slots` that nothing is kept of, by what the store has in this transaction.
void judge(store::Transaction& transaction, std::span<const store::Id> slots, Time now);
/// Judges the selected slots that nothing is kept of, in as many transactions as they need, until few enough for one
/// are left; returns these. What is judged stays so when the process dies. Throws Code::interrupted when `stop` asks
/// for it, Code::refused when the clock is wrong.
std::vector<store::Id> judge_all_but_few(Home& home, const store::Selection& selection, Time now,
                                         const StopToken& stop);

}  // namespace rekey::renewal
