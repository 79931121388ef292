#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/error.hpp"
#include "views/listing.hpp"
#include "views/units_report.hpp"

namespace rekey::cli {

void certs_verify(Registry& registry) {
    registry.command("certs verify", "Compare what units hold with what is recorded", [](Command& command) -> Run {
        auto names = std::make_shared<std::vector<std::string>>();
        command.arguments("UNIT", *names, "Units; all when none is named");
        command.example("rekey certs verify");
        command.example("rekey certs verify pump-1");
        command.ending(exit_deferred, "A unit does not answer.");
        command.ending(exit_refused, "A unit holds something else than what is recorded.");
        return [names](Session& session) {
            auto& store = session.home_for_reading().store();
            auto chosen = *names;
            for (const auto& name : chosen) get_unit(store, name);
            if (chosen.empty()) store::each_unit(store, {}, [&](const auto& unit) { chosen.push_back(unit.name); });
            bool sound = true;
            bool all_reached = true;
            bool failed = false;
            Listing listing(session, "findings", {"unit", "node", "type", "finding"},
                            {{"slot", "SLOT"}, {"finding", "FINDING"}});
            auto tell = [&](const units::Visit& visit) {
                const auto& report = visit.report;
                if (visit.trouble) {
                    tell_trouble(session, visit.report.unit, *visit.trouble, chosen.size() == 1);
                    failed = true;
                    return;
                }
                all_reached = all_reached && report.reached;
                sound = sound && report.findings.empty();
                if (!report.reached)
                    session.warn(fmt::format("{} is offline: {}", report.unit, printable(report.cause)),
                                 about_unit(report.unit));
                for (const auto& finding : report.trust)
                    session.warn(fmt::format("{} {}", finding.slot.to_string(), printable(finding.what)),
                                 about_slot(finding.slot),
                                 fmt::format("rekey certs renew {} --chain-only", finding.slot.to_string()));
                for (const auto& finding : report.findings) {
                    const auto& slot = finding.slot;
                    Json row{{"unit", slot.unit},
                             {"node", slot.node.empty() ? Json() : Json(slot.node)},
                             {"type", slot.type},
                             {"finding", finding.what}};
                    if (session.format() == Format::table) row["slot"] = slot.to_string();
                    listing.row(row);
                }
            };
            if (units::verify_each(store, chosen, session.now(), session.reaching(), tell)) session.leave_at_once();
            listing.finish();
            if (sound && all_reached && !failed) session.note("every slot holds what is recorded");
            return !sound ? exit_refused : failed ? exit_partly : all_reached ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
