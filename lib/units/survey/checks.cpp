#include <cstddef>
#include <functional>
#include <map>

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

/// The units that are visited, and what becomes of their answers.
struct VisitPlan {
    store::Reader& store;
    const std::vector<std::string>& names;
    std::function<CheckReport(const AskedUnit&, const Inventory&)> report_of;
    /// What other threads do with answers; may be empty.
    std::function<std::function<void(Inventory&)>(const store::Unit&)> examiner_of = {};
};

/// Takes answers as they come, and reports them in the order of the names.
bool visit_each(const VisitPlan& plan, const Reaching& reaching, const VisitSink& sink) {
    std::map<std::size_t, Visit> early;
    std::map<std::size_t, AskedUnit> asked;
    std::size_t told = 0;
    Poll poll;
    poll.units = plan.names.size();
    poll.unit_at = [&](std::size_t place) {
        return asked.insert_or_assign(place, about_to_ask(plan.store, plan.names[place])).first->second.unit;
    };
    if (plan.examiner_of) poll.examiner_at = [&](std::size_t place) { return plan.examiner_of(asked.at(place).unit); };
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
    return visit_each({home.store(), names, report_of}, reaching, sink);
}

bool take_each(Home& home, const std::vector<std::string>& names, const std::function<Stamp()>& stamp,
               const Reaching& reaching, const VisitSink& sink) {
    auto report_of = [&](const AskedUnit& asked, const Inventory& answer) {
        return conclude(true, home, asked, answer, stamp());
    };
    return visit_each({home.store(), names, report_of}, reaching, sink);
}

bool verify_each(store::Reader& store, const std::vector<std::string>& names, Time now, const Reaching& reaching,
                 const VisitSink& sink, Signatures signatures) {
    Comparison comparison(store, now, signatures);
    auto report_of = [&](const AskedUnit& asked, const Inventory& answer) {
        store::Snapshot snapshot(store);
        return comparison.report(get_unit(store, asked.unit.name), answer);
    };
    auto examiner_of = [&](const store::Unit& unit) { return comparison.examiner(unit); };
    return visit_each({store, names, report_of, examiner_of}, reaching, sink);
}

}  // namespace rekey::units
