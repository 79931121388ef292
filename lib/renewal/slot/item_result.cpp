#include "renewal/slot/item_result.hpp"

#include "base/text/shortened.hpp"
#include "units/driver/remedy.hpp"
#include "units/survey/backoff.hpp"

namespace rekey::renewal {

ItemResult to_result(const store::Item& item, std::string warning) {
    return {item.slot,       outcome_of(item), item.reason,           item.why,
            item.old_number, item.new_number,  shortened(item.error), std::move(warning)};
}

std::string in_words(const Error& error, const std::string& unit) {
    auto remedy = units::with_unit_named(error.hint(), unit);
    return remedy.empty() ? error.message() : error.message() + "; " + remedy;
}

bool asking_later_helps(const Error& error) { return error.code() == Code::unreachable || error.code() == Code::busy; }

void end_item(RunContext& context, const UnitDeadline& deadline, store::Item& item, const units::ItemEnd& end,
              const std::function<void(store::Transaction&, const Stamp&)>& also) {
    auto now = context.stamp();
    context.commit(
        [&](store::Transaction& transaction) {
            if (also) also(transaction, now);
            units::end_item(transaction, item, end, now);
        },
        deadline);
}

ItemResult defer(RunContext& context, const UnitDeadline& deadline, Task& task, const Error& error) {
    end_item(context, deadline, task.item, {.outcome = store::Outcome::deferred, .error = error.message()},
             [&](store::Transaction& transaction, const Stamp& now) {
                 if (error.code() != Code::unreachable) return;
                 // Once a run: a unit that does not answer counts once, however many slots it has.
                 auto unit = store::find_unit(transaction, task.item.slot.unit);
                 if (unit && unit->attempts == task.unit.attempts)
                     units::mark_offline(transaction, *unit, error.message(), now.at);
             });
    return to_result(task.item);
}

ItemResult defer_as_failed(RunContext& context, const UnitDeadline& deadline, Task& task, const Error& error) {
    auto result = defer(context, deadline, task, error);
    result.outcome = store::to_string(store::Outcome::failed);
    return result;
}

store::Outcome outcome_after(const Error& error) {
    return error.code() == Code::refused ? store::Outcome::refused : store::Outcome::failed;
}

void refuse(store::Transaction& transaction, Task& task, const Error& error, const Stamp& now) {
    bool begun = task.item.step != store::Step::planned;
    auto cause = in_words(error, task.item.slot.unit);
    units::end_item(transaction, task.item,
                    {.outcome = begun ? store::Outcome::deferred : outcome_after(error),
                     .error = cause,
                     .action = "renewal.fail",
                     .detail = {{"cause", cause}, {"run", task.item.run_id}}},
                    now);
}

}  // namespace rekey::renewal
