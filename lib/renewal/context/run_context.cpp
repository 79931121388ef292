#include "renewal/context/run_context.hpp"

#include <new>

#include "base/text/foreign_errors.hpp"
#include "rekey/base/base.hpp"

namespace rekey::renewal {

RunContext::RunContext(Home& home, Clock clock, std::string actor)
    : home_(home), identity_(home.path()), commits_(home.store()), clock_(std::move(clock)), actor_(std::move(actor)) {}

void RunContext::give_up(std::exception_ptr cause) {
    std::lock_guard lock(mutex_);
    if (!cause_) cause_ = std::move(cause);
    broken_ = true;
}

void RunContext::rethrow() {
    std::lock_guard lock(mutex_);
    if (cause_) std::rethrow_exception(cause_);
}

void RunContext::require_home() {
    try {
        identity_.require_in_place();
    } catch (const Error&) {
        give_up(std::current_exception());
        throw Cancelled{};
    }
}

void RunContext::check_clock(store::Transaction& transaction) {
    try {
        home_.check_clock(transaction, clock_());
    } catch (const Error& e) {
        if (e.code() != Code::refused) throw;
        give_up(std::current_exception());
        throw Cancelled{};
    }
}

void RunContext::commit(const StoreChange& change, const UnitDeadline& deadline) {
    // A unit is given up only while it is waited for, so that it cannot happen from here on.
    if (deadline.given_up()) throw Cancelled{};
    try {
        commits_.commit([&](store::Transaction& transaction) {
            check_clock(transaction);
            change(transaction);
        });
        return;
    } catch (const Error& e) {
        if (e.code() == Code::refused) throw;
        give_up(std::current_exception());
    } catch (const std::bad_alloc&) {
        give_up(std::current_exception());
    } catch (const std::exception& theirs) {
        // The store throws nothing but errors of ours: it is the change that cannot be made.
        throw in_our_words(theirs);
    } catch (...) {
        give_up(std::current_exception());
    }
    throw Cancelled{};
}

}  // namespace rekey::renewal
