#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "reports/units_report.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct CertsVerifyOptions {
    SelectionOptions selection;
    bool full = false;
    std::int64_t jobs = 0;

    units::Signatures signatures() const { return full ? units::Signatures::all : units::Signatures::unless_recorded; }
};

}  // namespace

void certs_verify(Registry& registry) {
    registry.command("certs verify", "Compare what units hold with what is recorded", [](Command& command) -> Run {
        auto options = std::make_shared<CertsVerifyOptions>();
        SelectionWords words;
        words.limit = "Ask at most this many units";
        add_selection(command, options->selection, words);
        command.flag("--full", options->full, "Verify all signatures, also those verified when they were recorded");
        command.number("--jobs", "N", options->jobs, 1, 1024, "Number of units to ask at the same time");
        command.example("rekey certs verify");
        command.example("rekey certs verify pump-1 'north-*/online'");
        command.example("rekey certs verify --full", "verify all signatures again");
        command.ending(exit_deferred, "A unit does not answer.");
        command.ending(exit_refused, "A unit holds something other than what is recorded.");
        return [options](Session& session) {
            auto& store = session.home_for_reading().store();
            auto selection = get_selection(store, options->selection, session.now());
            auto chosen = names_of_units(session, store, selection);
            if (chosen.empty() && !selection.is_empty()) return exit_done;
            SelectedSlots selected(store, selection);
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
                if (!report.reached)
                    session.warn(fmt::format("{} is offline: {}", report.unit, printable(report.cause)),
                                 about_unit(report.unit));
                for (const auto& finding : report.trust) {
                    if (!selected.has(finding.slot)) continue;
                    session.warn(fmt::format("{} {}", finding.slot.to_string(), printable(finding.what)),
                                 about_slot(finding.slot),
                                 fmt::format("rekey certs renew {} --chain-only", finding.slot.to_string()));
                }
                for (const auto& finding : report.findings) {
                    const auto& slot = finding.slot;
                    if (!selected.has(slot)) continue;
                    sound = false;
                    Row row{{"unit", slot.unit},
                            {"node", text_or_null(slot.node)},
                            {"type", slot.type},
                            {"finding", finding.what}};
                    if (session.format() == OutputFormat::table) row.put("slot", slot.to_string());
                    listing.row(row);
                }
            };
            auto reaching = session.reaching();
            if (options->jobs > 0) reaching.at_a_time = static_cast<std::size_t>(options->jobs);
            if (units::verify_each(store, chosen, session.now(), reaching, tell, options->signatures()))
                session.leave_at_once();
            listing.finish();
            if (sound && all_reached && !failed) session.note("every slot holds what is recorded");
            return !sound ? exit_refused : failed ? exit_partly : all_reached ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
