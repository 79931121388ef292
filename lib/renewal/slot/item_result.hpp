#pragma once

#include <functional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"
#include "renewal/context/run_context.hpp"
#include "renewal/slot/task.hpp"
#include "units/registry/item_end.hpp"

/// How items end in a run, and what the user sees of it. All of them end by `units::end_item`. What differs, and
/// why:
///
/// - Workers submit a change; the thread that owns the store, the planner and `abandon` have a transaction of their
/// own.
/// - An item that waits because its unit or issuer does not answer has no audit entry: it would get one at every run.
///   One that somebody has to look at has one, although it waits as well (`refuse`).
/// - The certificate that was made for it is rejected once the unit is back on the old pair, becomes the one in use
/// where
///   there is no way back, and stays as it is while the unit may have either.
/// - A unit that does not answer is marked offline once a run, and marked online when an item is proven there.
/// - Where the way back failed for good, the item waits for the next run, and the user sees that it failed.
namespace rekey::renewal {

/// What the run's observer gets of an item that ended.
ItemResult to_result(const store::Item& item, std::string warning = {});

/// Message and remedy of what an item ended with, where the driver said it of a unit that it does not know by name.
std::string in_words(const Error& error, const std::string& unit);

/// Whether an error says that the unit does not answer now.
bool asking_later_helps(const Error& error);

/// For workers: ends the item, durably and together with what `also` records.
void end_item(RunContext& context, const UnitDeadline& deadline, store::Item& item, const units::ItemEnd& end,
              const std::function<void(store::Transaction&, const Stamp&)>& also = {});

/// Records that the item waits for a later run; with Code::unreachable, also that the unit is offline.
ItemResult defer(RunContext& context, const UnitDeadline& deadline, Task& task, const Error& error);

/// The same for what does not mend by waiting. The item stays for the next run, which tries again, and is reported as
/// failed, so that somebody hears of it.
ItemResult defer_as_failed(RunContext& context, const UnitDeadline& deadline, Task& task, const Error& error);

/// How an item ends that cannot go on, with this cause.
store::Outcome outcome_after(const Error& error);

/// Records that the item cannot be begun: nothing is known to have reached the unit for a planned one, which
/// ends; others wait for better times.
void refuse(store::Transaction& transaction, Task& task, const Error& error, const Stamp& now);

}  // namespace rekey::renewal
