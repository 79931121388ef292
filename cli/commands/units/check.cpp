#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "reports/units_report.hpp"

namespace rekey::cli {

namespace {

struct UnitsCheckOptions {
    SelectionOptions selection;
    bool take = false;
};

/// For a command in a hint: a user with several to mend decides on each.
std::string name_of(const std::vector<std::string>& units) { return units.size() == 1 ? units.front() : "NAME"; }

}  // namespace

void units_check(Registry& registry) {
    registry.command("units check", "Ask units now and record what they hold", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsCheckOptions>();
        SelectionWords words;
        words.names = "NAME";
        words.about = "Units, slots, or patterns such as 'north-*' and '*/iam'; all if none is named";
        words.limit = "Ask at most this many units";
        add_selection(command, options->selection, words);
        command.flag("--adopt", options->take,
                     "Record what the selected units hold as the certificates of their slots");
        command.example("rekey units check");
        command.example("rekey units check pump-1 --adopt", "record what is there as in use");
        command.ending(exit_deferred, "A unit does not answer.");
        command.ending(exit_refused, "A unit holds another certificate than the recorded one.");
        return [options](Session& session) {
            auto& home = session.home_for_writing();
            auto selection = get_selection(home.store(), options->selection, session.now());
            auto named = selection;
            named.limit = 0;
            if (options->take && named.is_empty())
                throw Error(Code::usage, "--adopt takes what is on the units that are named, and none is",
                            "name them: rekey units check NAME --adopt");
            auto chosen = names_of_units(session, home.store(), selection);
            if (chosen.empty() && !selection.is_empty()) return exit_done;
            bool all_reached = true;
            bool found = false;
            std::vector<std::string> drift;
            std::vector<std::string> spoilt;
            bool failed = false;
            auto tell = [&](const units::Visit& visit) {
                const auto& report = visit.report;
                if (visit.trouble) {
                    tell_trouble(session, visit.report.unit, *visit.trouble, chosen.size() == 1);
                    failed = true;
                    return;
                }
                tell_check(session, report);
                all_reached = all_reached && report.reached;
                found = found || !report.findings.empty();
                const auto& all = report.findings;
                if (std::ranges::any_of(all, [](const auto& each) { return each.drift && !each.spoilt; }))
                    drift.push_back(report.unit);
                if (std::ranges::any_of(all, &units::UnitFinding::spoilt)) spoilt.push_back(report.unit);
            };
            auto stamp = [&] { return session.stamp(); };
            if (options->take ? units::take_each(home, chosen, stamp, session.reaching(), tell)
                              : units::check_each(home, chosen, stamp, session.reaching(), tell))
                session.leave_at_once();
            if (!drift.empty())
                session.note(fmt::format(
                    "to take what is on a unit: rekey units check {0} --adopt; to overwrite it: rekey certs renew "
                    "{0} --force",
                    name_of(drift)));
            if (!spoilt.empty())
                session.note(fmt::format(
                    "what was revoked or rejected is not taken; to overwrite it: rekey certs renew {} --force",
                    name_of(spoilt)));
            if (failed) return exit_partly;
            return found ? exit_refused : all_reached ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
