#include <fmt/format.h>

#include <set>
#include <vector>

#include "base/text/foreign_errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/renewal/renewal.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "renewal/slot/in_use_record.hpp"
#include "renewal/slot/recorded_holding.hpp"
#include "renewal/slot/unit_proof.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/certificates.hpp"
#include "store/runs/items.hpp"
#include "store/runs/runs.hpp"
#include "units/connect/connect.hpp"
#include "units/driver/driver.hpp"
#include "units/registry/item_end.hpp"

namespace rekey::renewal {

namespace {

using store::Item;
using store::Outcome;
using store::Step;

bool holds_slot(const Item& item) { return item.outcome == Outcome::open || item.outcome == Outcome::deferred; }

std::vector<store::Id> items_of(store::Reader& store, const AbandonRequest& request) {
    std::vector<store::Id> ids;
    if (request.slot) {
        auto slot = units::get_slot(store, *request.slot);
        if (auto item = store::item_holding(store, slot.id)) ids.push_back(item->id);
        return ids;
    }
    auto run = request.run.value_or(0);
    if (!store::find_run(store, run))
        throw Error(Code::not_found, fmt::format("there is no run {}", run), "see: rekey runs list");
    store::each_item(store, run, [&](const Item& item) {
        if (holds_slot(item)) ids.push_back(item.id);
    });
    return ids;
}

/// Gives up the items of one command, one after the other.
class Abandonment {
public:
    Abandonment(Home& home, const AbandonRequest& request, const Clock& clock, const std::string& actor,
                const units::Reaching& reaching)
        : home_(home), request_(request), clock_(clock), actor_(actor), reaching_(reaching) {}

    /// Abandons one item. Nothing when it ended meanwhile.
    std::optional<Abandoned> one(store::Id id) {
        auto item = store::find_item(home_.store(), id);
        if (!item || !holds_slot(*item)) return std::nullopt;
        hold(item->run_id);
        Abandoned abandoned;
        abandoned.slot = item->slot;
        abandoned.run = item->run_id;
        if (item->step == Step::confirmed) {
            end(*item, abandoned);
            return abandoned;
        }
        abandoned.number = item->new_certificate_id ? item->new_number : "";
        take_back(*item);
        if (!request_.leave_unit) bring_back(*item, abandoned);
        if (abandoned.trouble.empty() || stays_ == item->id)
            end(*item, abandoned);
        else
            abandoned.number.clear();
        return abandoned;
    }

private:
    /// Takes the lock of the run, so that no process works on it; throws Code::busy while one does.
    void hold(store::Id run) {
        if (held_run_ == run) return;
        lock_.reset();
        lock_ = home_.lock_run(run);
        if (!lock_)
            throw Error(Code::busy, fmt::format("run {} is at work", run),
                        "wait until it has finished, or end it: rekey runs list");
        held_run_ = run;
    }

    /// The item as it is in the open transaction; throws when another process changed it since we looked.
    void require_unchanged(const Item& seen) {
        auto now = store::find_item(home_.store(), seen.id);
        if (now && now->outcome == seen.outcome && now->step == seen.step && now->run_id == seen.run_id) return;
        throw Error(Code::busy, fmt::format("{} was worked on meanwhile", seen.slot.to_string()),
                    "see: rekey runs list");
    }

    /// On the record before the way back, so that nobody goes on with a pair that the unit may be about to take back.
    void take_back(Item& item) {
        if (!item.new_certificate_id || item.step == Step::planned) return;
        item = home_.store().write([&](store::Transaction& transaction) {
            home_.check_clock(transaction, clock_());
            require_unchanged(item);
            auto planned = item;
            planned.step = Step::planned;
            planned.updated_at = clock_();
            store::update_item(transaction, planned);
            return planned;
        });
    }

    void bring_back(const Item& item, Abandoned& abandoned) {
        try {
            for_one([&] { ask_unit(item); });
            abandoned.unit_is_back = true;
        } catch (const Error& e) {
            if (e.code() == Code::unreachable) silent_.insert(item.slot.unit);
            if (stays_ == item.id) abandoned.number.clear();
            abandoned.trouble = e.message();
        }
    }

    /// Whether the pair in use changed. Throws if the unit cannot go back, so that the new one stays.
    bool go_back(units::Driver& driver, const units::SlotPath& place, const Bytes& leaf, const Item& item) {
        try {
            return driver.revert(place, sha256(leaf), never_held_any(home_.store(), item.slot_id));
        } catch (const Error& e) {
            if (e.code() != Code::refused) throw;
            auto holding = driver.read(place);
            if (holding && !holding->chain.empty() && holding->chain.front() == leaf) stays_ = item.id;
            throw;
        }
    }

    void ask_unit(const Item& item) {
        auto unit = units::get_unit(home_.store(), item.slot.unit);
        // A unit that does not answer counts once, however many slots it has.
        if (silent_.contains(unit.name)) throw Error(Code::unreachable, "the unit does not answer");
        auto driver = units::connect(unit.address, reaching_);
        units::SlotPath place{item.slot.node, item.slot.type};
        if (item.new_certificate_id) {
            auto chain = store::chain_of(home_.store(), *item.new_certificate_id);
            if (go_back(*driver, place, chain.front(), item))
                driver->reload(place, reload_after_way_back(unit, item.old_number, item.new_number));
        }
        driver->discard(place, item.token);
    }

    struct HowItEnded {
        std::string warning = {};
        bool run_is_over = false;
    };

    /// What the unit goes on using is what the slot has, as after a renewal that has no way back. Returns what the user
    /// is to be warned of.
    std::string keep_new(store::Transaction& transaction, Item& item, store::Id certificate, const std::string& trouble,
                         const Stamp& now) {
        auto unit = store::find_unit(transaction, item.slot.unit);
        auto warning = record_in_use(transaction, item, unit ? unit->id : 0, certificate, revocation_by(item, false),
                                     trouble, now);
        units::end_item(transaction, item,
                        {.outcome = Outcome::failed,
                         .error = "abandoned; " + trouble,
                         .action = "renewal.abandon",
                         .detail = {{"run", item.run_id},
                                    {"number", item.new_number},
                                    {"unit", "the new pair stays in use"},
                                    {"cause", trouble}}},
                        now);
        return warning;
    }

    void end(const Item& item, Abandoned& abandoned) {
        Stamp now{clock_(), actor_};
        auto ending = home_.store().write([&](store::Transaction& transaction) {
            home_.check_clock(transaction, now.at);
            require_unchanged(item);
            auto ended = item;
            HowItEnded how;
            if (auto made = ended.new_certificate_id; made && stays_ == ended.id)
                how.warning = keep_new(transaction, ended, *made, abandoned.trouble, now);
            else
                units::give_up_item(transaction, ended, {.unit_is_back = abandoned.unit_is_back}, now);
            auto run = store::find_run(transaction, ended.run_id);
            bool over = run && !run->finished_at && store::count_open_items(transaction, ended.run_id) == 0;
            if (over) store::finish_run(transaction, ended.run_id, "abandoned", now.at);
            how.run_is_over = over || (run && run->finished_at);
            return how;
        });
        abandoned.freed = true;
        if (!ending.warning.empty()) abandoned.trouble += "; " + ending.warning;
        if (!ending.run_is_over) return;
        home_.forget_run(item.run_id, std::move(lock_));
        held_run_ = 0;
    }

    Home& home_;
    const AbandonRequest& request_;
    const Clock& clock_;
    const std::string& actor_;
    const units::Reaching& reaching_;
    store::Id held_run_ = 0;
    std::unique_ptr<store::Lock> lock_;
    std::set<std::string> silent_;
    std::optional<store::Id> stays_;  ///< the item from whose pair its unit cannot go back
};

}  // namespace

bool abandon(Home& home, const AbandonRequest& request, const Clock& clock, const std::string& actor,
             const units::Reaching& reaching, const std::function<void(const Abandoned&)>& visit) {
    Abandonment release(home, request, clock, actor, reaching);
    bool any = false;
    for (auto id : items_of(home.store(), request)) {
        auto abandoned = release.one(id);
        if (!abandoned) continue;
        any = true;
        visit(*abandoned);
    }
    return any;
}

}  // namespace rekey::renewal
