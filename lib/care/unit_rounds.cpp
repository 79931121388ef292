#include "care/unit_rounds.hpp"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <thread>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/store/runs.hpp"
#include "units/survey.hpp"

namespace rekey::care {

namespace {

// Several units may be on one server that is gone; each would take as long again.
constexpr int patience_in_units = 3;

bool is_local(const store::Unit& unit) { return unit.address.starts_with("dir:"); }

/// Nothing when it takes longer than the deadline. Nobody can interrupt who reads a folder on a server that is
/// gone, so the thread that does is left alone.
std::optional<units::Answer> ask_in_time(const store::Unit& unit, const units::Reaching& reaching) {
    auto promise = std::make_shared<std::promise<units::Answer>>();
    auto answer = promise->get_future();
    std::thread thread([promise, unit, reaching] {
        try {
            promise->set_value(units::ask(unit, reaching));
        } catch (...) {
            promise->set_exception(std::current_exception());
        }
    });
    // A helper keeps the deadline for each of its answers by itself.
    auto patience = is_local(unit) ? reaching.deadline : 4 * reaching.deadline;
    if (answer.wait_for(patience) != std::future_status::ready) {
        thread.detach();
        return std::nullopt;
    }
    thread.join();
    return answer.get();
}

bool is_held_by_live_run(Home& home, const store::Unit& unit, const std::set<store::Id>& living) {
    for (const auto& slot : store::slots_of(home.store(), unit.id))
        if (auto item = store::item_holding(home.store(), slot.id); item && living.contains(item->run_id)) return true;
    return false;
}

std::string remedy_of(store::Store& store, const units::Finding& finding) {
    if (finding.spoilt) return fmt::format("overwrite it: rekey certs renew {} --force", finding.slot.to_string());
    if (finding.drift)
        return fmt::format("take it: rekey units check {} --adopt; or overwrite it: rekey certs renew {} --force",
                           finding.slot.unit, finding.slot.to_string());
    auto slot = store::find_slot(store, finding.slot);
    if (!slot) return fmt::format("record what is there: rekey units check {}", finding.slot.unit);
    if (store::item_holding(store, slot->id)) return "finish what was begun: rekey certs renew --due";
    return fmt::format("make a new one: rekey certs renew {}", finding.slot.to_string());
}

}  // namespace

void examine_units(Home& home, bool all_units, Time now, const units::Reaching& reaching, Examination& examination) {
    auto& store = home.store();
    std::vector<store::Unit> chosen;
    store::each_unit(store, {}, [&](const store::Unit& unit) {
        if (all_units || is_local(unit)) chosen.push_back(unit);
    });
    int hanging = 0;
    for (const auto& unit : chosen) {
        try {
            if (hanging == patience_in_units) {
                examination.silent.push_back(fmt::format("{}: not asked, as others did not answer in time", unit.name));
                continue;
            }
            auto answer = ask_in_time(unit, reaching);
            if (!answer) {
                ++hanging;
                examination.thread_hangs = true;
                examination.silent.push_back(fmt::format("{}: did not answer in time", unit.name));
                continue;
            }
            auto report = units::compare(store, unit, *answer, now);
            if (!report.reached) examination.silent.push_back(fmt::format("{}: {}", unit.name, report.cause));
            if (report.findings.empty()) continue;
            std::set<store::Id> living;
            for (const auto& run : store::unfinished_runs(store))
                if (home.run_lives(run.id)) living.insert(run.id);
            if (is_held_by_live_run(home, unit, living)) continue;
            for (const auto& finding : report.findings)
                examination.findings.push_back({"units", fmt::format("{} {}", finding.slot.to_string(), finding.what),
                                                remedy_of(store, finding), false});
        } catch (const Error& e) {
            examination.findings.push_back({"units", e.message(), e.hint(), false});
        }
    }
}

}  // namespace rekey::care
