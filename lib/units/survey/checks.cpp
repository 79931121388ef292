#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

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

    /// For each place once, in order. Throws Code::not_found when there is no such unit any more.
    std::shared_ptr<const UnitBefore> take(std::size_t place) {
        if (read_.empty()) read_from(place);
        auto unit = std::move(read_.front());
        read_.pop_front();
        return unit ? unit : read(place);
    }

private:
    static constexpr std::size_t most_units = 32;
    static constexpr std::size_t most_slots = 256;

    std::shared_ptr<const UnitBefore> read(std::size_t place) {
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
};

/// The units that are visited, and what becomes of their answers.
struct VisitPlan {
    const std::vector<std::string>& names;
    /// Called once for each place, in order.
    std::function<AskedUnit(std::size_t place)> unit_at;
    std::function<CheckReport(const AskedUnit&, const Inventory&)> report_of;
    /// What another thread does with the answer of the unit that `unit_at` gave last; may be empty.
    std::function<std::function<void(Inventory&)>()> examiner = {};
};

/// Takes answers as they come, and reports them in the order of the names.
bool visit_each(const VisitPlan& plan, const Reaching& reaching, const VisitSink& sink) {
    std::map<std::size_t, Visit> early;
    std::map<std::size_t, AskedUnit> asked;
    std::size_t told = 0;
    Poll poll;
    poll.units = plan.names.size();
    poll.unit_at = [&](std::size_t place) {
        return asked.insert_or_assign(place, plan.unit_at(place)).first->second.unit;
    };
    if (plan.examiner) poll.examiner_at = [&](std::size_t) { return plan.examiner(); };
    poll.heard = [&](const PollReply& reply) {
        Visit visit;
        visit.trouble = reply.trouble;
        try {
            if (!visit.trouble) visit.report = plan.report_of(asked.at(reply.place), reply.answer);
        } catch (const Error& e) {
            visit.trouble = e;
        }
        asked.erase(reply.place);
        visit.report.unit = plan.names[reply.place];
        early.emplace(reply.place, std::move(visit));
        for (auto next = early.find(told); next != early.end(); next = early.find(++told)) {
            sink(next->second);
            early.erase(next);
        }
        return true;
    };
    return ask_each(poll, reaching);
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
    auto unit = get_unit(store, name);
    auto answer = ask(unit, reaching);
    return Comparison(store, now, signatures).report(unit, answer);
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
        return comparison.report(asked.unit.name, answer);
    };
    auto examiner = [&] { return comparison.examiner(std::move(next)); };
    return visit_each({names, unit_at, report_of, examiner}, reaching, sink);
}

}  // namespace rekey::units
