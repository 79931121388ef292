#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/units/units.hpp"
#include "units/survey/comparison.hpp"
#include "units/survey/poll.hpp"
#include "units/survey/record_answer.hpp"
#include "units/survey/survey.hpp"

namespace rekey::units {

namespace {

/// In a transaction of its own; `take`: what the unit holds becomes what its slots have.
CheckReport conclude(bool take, Home& home, const AskedUnit& asked, const Inventory& answer, const Stamp& stamp) {
    return home.store().write([&](store::Transaction& transaction) {
        return take ? take_answer(home, transaction, asked, answer, stamp)
                    : record_answer(transaction, asked, answer, stamp);
    });
}

/// What is recorded of the units that are asked next. It is read for some of them within one snapshot: each statement
/// alone would take the database's locks anew.
class UnitsAhead {
public:
    UnitsAhead(store::Reader& store, Comparison& comparison, const std::vector<std::string>& names)
        : store_(store), comparison_(comparison), names_(names) {}

    /// As it is recorded at this moment. For each place once, in order; then for any of them again. Throws
    /// Code::not_found when there is no such unit any more.
    std::shared_ptr<const UnitBefore> take(std::size_t place) {
        if (place < taken_) return read(place);
        taken_ = place + 1;
        if (read_.empty()) read_from(place);
        auto unit = std::move(read_.front());
        read_.pop_front();
        // While others were asked, it may have been moved or removed.
        return unit && comparison_.is_current(*unit) ? unit : read(place);
    }

private:
    static constexpr std::size_t most_units = 32;
    static constexpr std::size_t most_slots = 256;

    /// The unit's row is of the state of the database that the rest is marked with.
    std::shared_ptr<const UnitBefore> read(std::size_t place) {
        store::Snapshot snapshot(store_);
        return comparison_.read(get_unit(store_, names_[place]));
    }

    void read_from(std::size_t place) {
        store::Snapshot snapshot(store_);
        std::size_t slots = 0;
        for (; place < names_.size() && read_.size() < most_units && slots < most_slots; ++place) {
            try {
                read_.push_back(read(place));
                slots += read_.back()->recorded.slots().size();
            } catch (const Error&) {
                read_.push_back(nullptr);  // thrown again when it is this unit's turn
            }
        }
    }

    store::Reader& store_;
    Comparison& comparison_;
    const std::vector<std::string>& names_;
    std::deque<std::shared_ptr<const UnitBefore>> read_;
    std::size_t taken_ = 0;
};

/// The units that are visited, and what becomes of their answers.
struct VisitPlan {
    const std::vector<std::string>& names;
    /// Called once for each place, in order; then again for those that are asked anew.
    std::function<AskedUnit(std::size_t place)> unit_at;
    /// None: the unit is to be asked anew, as this is an answer of another one or from another address.
    std::function<std::optional<CheckReport>(const AskedUnit&, const Inventory&)> report_of;
    /// What another thread does with the answer of the unit that `unit_at` gave last; may be empty.
    std::function<std::function<void(Inventory&)>()> examiner = {};
};

/// Takes answers as they come, and reports them in the order of the names.
class Visits {
public:
    Visits(const VisitPlan& plan, const VisitSink& sink) : plan_(plan), sink_(sink) {}

    /// Units are asked anew when all others have been: each time, somebody has moved them meanwhile.
    bool go(const Reaching& reaching) {
        std::vector<std::size_t> places(plan_.names.size());
        std::iota(places.begin(), places.end(), std::size_t{0});
        bool hangs = false;
        while (!places.empty()) {
            hangs = ask_all(places, reaching) || hangs;
            places = std::exchange(moved_, {});
        }
        return hangs;
    }

private:
    bool ask_all(const std::vector<std::size_t>& places, const Reaching& reaching) {
        Poll poll;
        poll.units = places.size();
        poll.unit_at = [&](std::size_t at) {
            return asked_.insert_or_assign(places[at], plan_.unit_at(places[at])).first->second.unit;
        };
        if (plan_.examiner) poll.examiner_at = [&](std::size_t) { return plan_.examiner(); };
        poll.heard = [&](const PollReply& reply) {
            hear(places[reply.place], reply);
            return true;
        };
        return ask_each(poll, reaching);
    }

    void hear(std::size_t place, const PollReply& reply) {
        Visit visit;
        visit.trouble = reply.trouble;
        try {
            if (!visit.trouble) {
                auto report = plan_.report_of(asked_.at(place), reply.answer);
                if (!report) return moved_.push_back(place);
                visit.report = std::move(*report);
            }
        } catch (const Error& e) {
            visit.trouble = e;
        }
        asked_.erase(place);
        visit.report.unit = plan_.names[place];
        early_.emplace(place, std::move(visit));
        tell();
    }

    void tell() {
        for (auto next = early_.find(told_); next != early_.end(); next = early_.find(++told_)) {
            sink_(next->second);
            early_.erase(next);
        }
    }

    const VisitPlan& plan_;
    const VisitSink& sink_;
    std::map<std::size_t, Visit> early_;
    std::map<std::size_t, AskedUnit> asked_;
    std::vector<std::size_t> moved_;
    std::size_t told_ = 0;
};

bool visit_each(const VisitPlan& plan, const Reaching& reaching, const VisitSink& sink) {
    return Visits(plan, sink).go(reaching);
}

}  // namespace

CheckReport check(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching) {
    auto asked = about_to_ask(home.store(), name);
    return conclude(false, home, asked, ask(asked.unit, reaching), stamp);
}

CheckReport take(Home& home, const std::string& name, const Stamp& stamp, const Reaching& reaching) {
    auto asked = about_to_ask(home.store(), name);
    return conclude(true, home, asked, ask(asked.unit, reaching), stamp);
}

CheckReport verify(store::Reader& store, const std::string& name, Time now, const Reaching& reaching,
                   Signatures signatures) {
    Comparison comparison(store, now, signatures);
    for (;;) {
        auto unit = get_unit(store, name);
        if (auto report = comparison.report_unless_moved(unit, ask(unit, reaching))) return *report;
    }
}

bool check_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
                const Reaching& reaching, const VisitSink& sink) {
    auto report_of = [&](const AskedUnit& asked, const Inventory& answer) {
        return conclude(false, home, asked, answer, stamp());
    };
    auto unit_at = [&](std::size_t place) { return about_to_ask(home.store(), names[place]); };
    return visit_each({names, unit_at, report_of}, reaching, sink);
}

bool take_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
               const Reaching& reaching, const VisitSink& sink) {
    auto report_of = [&](const AskedUnit& asked, const Inventory& answer) {
        return conclude(true, home, asked, answer, stamp());
    };
    auto unit_at = [&](std::size_t place) { return about_to_ask(home.store(), names[place]); };
    return visit_each({names, unit_at, report_of}, reaching, sink);
}

bool verify_each(store::Reader& store, const std::vector<std::string>& names, Time now, const Reaching& reaching,
                 const VisitSink& sink, Signatures signatures) {
    Comparison comparison(store, now, signatures);
    UnitsAhead ahead(store, comparison, names);
    std::shared_ptr<const UnitBefore> next;
    auto unit_at = [&](std::size_t place) {
        next = ahead.take(place);
        return AskedUnit{next->unit, 0};
    };
    auto report_of = [&](const AskedUnit& asked, const Inventory& answer) {
        return comparison.report_unless_moved(asked.unit, answer);
    };
    auto examiner = [&] { return comparison.examiner(std::move(next)); };
    return visit_each({names, unit_at, report_of, examiner}, reaching, sink);
}

}  // namespace rekey::units
