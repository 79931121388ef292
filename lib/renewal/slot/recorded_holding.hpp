#pragma once

#include <optional>

#include "rekey/base/base.hpp"
#include "renewal/slot/task.hpp"
#include "units/driver/driver.hpp"

/// Whether a unit holds what the record says, and what is done where it holds something else. The chain of `holding` is
/// not empty, but for `contradiction`.
namespace rekey::renewal {

/// Whether the slot never held anything that was in use, as far as the home knows: from its first pair, the way back is
/// an empty slot.
bool never_held_any(store::Reader& store, store::Id slot_id);

bool is_recorded(const units::Holding& holding, const Task& task);

/// Which leaf the slot is to show, as it is on record; nothing where no certificate is in use.
std::optional<Sha256> recorded_leaf(const Task& task);

/// Code::refused, with the two ways out.
Error not_recorded(const units::Holding& holding, const Task& task);

/// The same for files that are not of one pair; nothing is known then of the certificate in use.
Error contradiction(const units::Holding& holding, const Task& task);

/// Records what is to be overwritten. It is in use until the new one is proven, and then ends, and is revoked, with
/// what else the slot had.
void record_overwritten(store::Transaction& transaction, const units::Holding& holding, const Task& task,
                        const Stamp& now);

}  // namespace rekey::renewal
