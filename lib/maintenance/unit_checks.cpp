#include "maintenance/unit_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>

#include "base/text/foreign_errors.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "renewal/plan/desired_state.hpp"
#include "store/runs/items.hpp"
#include "units/driver/address.hpp"
#include "units/survey/comparison.hpp"
#include "units/survey/poll.hpp"

namespace rekey::maintenance {

namespace {

// Several units may be on one server that is gone; each would take as long again.
constexpr int patience_in_units = 3;

bool is_held_by_live_run(Home& home, const store::Unit& unit, const std::set<store::Id>& living) {
    for (const auto& slot : store::slots_of(home.store(), unit.id))
        if (auto item = store::item_holding(home.store(), slot.id); item && living.contains(item->run_id)) return true;
    return false;
}

/// Where nothing can be made for the slot, because the issuer of what is in use has ended.
std::optional<std::string> remedy_of_issuer(store::Reader& store, const store::Slot& slot, Time now) {
    auto in_use = store::certificate_in_use(store, slot.id);
    auto issuer = in_use && in_use->issuer_id ? store::find_issuer(store, *in_use->issuer_id) : std::nullopt;
    if (!issuer || now < issuer->chain_end.at) return std::nullopt;
    return policy::remedy_for_end(renewal::facts_of(*issuer));
}

std::string remedy_of(store::Reader& store, const units::UnitFinding& finding, Time now) {
    if (!finding.remedy.empty()) return finding.remedy;
    if (finding.spoilt) return fmt::format("overwrite it: rekey certs renew {} --force", finding.slot.to_string());
    if (finding.drift)
        return fmt::format("take it: rekey units check {} --adopt; or overwrite it: rekey certs renew {} --force",
                           finding.slot.unit, finding.slot.to_string());
    if (finding.contradicts)
        return fmt::format("make them agree on the unit; or overwrite them: rekey certs renew {} --force",
                           finding.slot.to_string());
    auto slot = store::find_slot(store, finding.slot);
    if (!slot) return fmt::format("record what is there: rekey units check {}", finding.slot.unit);
    if (store::item_holding(store, slot->id)) return "finish what was begun: rekey certs renew --due";
    if (auto remedy = remedy_of_issuer(store, *slot, now)) return *remedy;
    return fmt::format("make a new one: rekey certs renew {}", finding.slot.to_string());
}

}  // namespace

void examine_units(Home& home, bool all_units, Time now, const units::Reaching& reaching, Examination& examination) {
    auto& store = home.store();
    std::vector<store::Unit> chosen;
    store::each_unit(store, {}, [&](const store::Unit& unit) {
        if (all_units || units::is_local(unit.address)) chosen.push_back(unit);
    });
    units::Comparison comparison(store, now, units::Signatures::all);
    int hanging = 0;
    std::vector<std::optional<Examination>> looked(chosen.size());
    auto look_at = [&](const store::Unit& unit, const units::PollReply& reply, Examination& at) {
        if (reply.trouble)
            throw Error(reply.trouble->code(), reply.trouble->message(),
                        reply.trouble->hint().empty()
                            ? fmt::format("mend it, or its address: rekey units set {} --address ADDRESS", unit.name)
                            : reply.trouble->hint());
        auto report = comparison.report(unit, reply.answer);
        if (!report.reached) at.silent.push_back(fmt::format("{}: {}", unit.name, report.cause));
        if (report.findings.empty()) return;
        std::set<store::Id> living;
        for (const auto& run : store::unfinished_runs(store))
            if (home.run_lives(run.id)) living.insert(run.id);
        if (is_held_by_live_run(home, unit, living)) return;
        for (const auto& finding : report.findings) {
            // Told of the slot already, whose certificate it is, whether its unit answers or not.
            if (finding.what.starts_with("is not valid before") || finding.what.starts_with("expired on")) continue;
            at.findings.push_back({"units", fmt::format("{} {}", finding.slot.to_string(), finding.what),
                                   remedy_of(store, finding, now), false});
        }
    };
    units::Poll poll;
    poll.units = chosen.size();
    poll.unit_at = [&](std::size_t place) { return chosen[place]; };
    poll.examiner_at = [&](std::size_t place) { return comparison.examiner(chosen[place]); };
    poll.heard = [&](const units::PollReply& reply) {
        auto& at = looked[reply.place].emplace();
        try {
            for_one([&] { look_at(chosen[reply.place], reply, at); });
        } catch (const Error& e) {
            at.findings.push_back({"units", e.message(), e.hint(), false});
        }
        if (!reply.in_time) ++hanging;
        return hanging < patience_in_units;
    };
    examination.thread_hangs = units::ask_each(poll, reaching);
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        auto& one = looked[i];
        if (!one) {
            examination.silent.push_back(
                fmt::format("{}: not asked, as others did not answer in time", chosen[i].name));
            continue;
        }
        std::move(one->silent.begin(), one->silent.end(), std::back_inserter(examination.silent));
        std::move(one->findings.begin(), one->findings.end(), std::back_inserter(examination.findings));
    }
}

}  // namespace rekey::maintenance
