#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/renewal/alerts.hpp"
#include "views/units_report.hpp"

namespace rekey::cli {

namespace {

struct UnitsAddOptions {
    std::string name;
    std::string address;
    std::vector<std::string> types;
    std::string node;
    std::vector<std::string> labels;
    std::string reload;
    std::string probe;
};

/// Before a certificate is made that no client would take; what is found there is what it is.
void warn_of_names(Session& session, const std::string& unit) {
    auto now = session.now();
    std::vector<renewal::Alert> found;
    renewal::each_assessment(session.home_for_reading(), session.config(), {unit}, now,
                             [&](const renewal::Assessment& assessment) {
                                 if (assessment.status.in_use) return;
                                 for (auto& alert : renewal::alerts_of(assessment, now))
                                     if (alert.kind == renewal::AlertKind::no_names) found.push_back(std::move(alert));
                             });
    for (const auto& alert : found) session.warn(renewal::in_words(alert), about_unit(unit), alert.remedy);
}

}  // namespace

void units_add(Registry& registry) {
    registry.command("units add", "Record a unit, its slots and what they hold", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsAddOptions>();
        command.argument("NAME", options->name, "Name of the unit").takes(Values::text);
        command.argument("ADDRESS", options->address, "Where it is: dir:/path, ssh://[user@]host[:port]/path, ...");
        command.options("--type", "T", options->types, "A slot that it has: TYPE or NODE/TYPE; repeatable");
        command.option("--node", "N", options->node, "Node of the types that name none");
        command.options("--label", "K=V", options->labels, "A label; repeatable");
        command.option("--reload", "CMD", options->reload, "Command on the unit that makes services load a new pair");
        command.option("--probe", "HOST:PORT", options->probe, "TLS server that shows the certificate");
        command.example("rekey units add pump-1 dir:/srv/units/pump-1 --type online --type iam");
        command.example("rekey units add pump-2 ssh://rekey@pump-2.example/srv/unit --type online --label site=north",
                        "on another machine");
        command.ending(exit_deferred, "It is recorded, and cannot be reached now.");
        return [options](Session& session) {
            store::Unit unit;
            unit.name = options->name;
            unit.address = options->address;
            unit.labels = parse_labels(options->labels);
            unit.reload = options->reload;
            unit.probe = options->probe;
            std::vector<units::Declared> slots;
            for (const auto& type : options->types) slots.push_back(units::parse_declared(type, options->node));
            auto report = units::add(session.home_for_writing(), unit, slots, session.stamp(), session.reaching());
            tell_check(session, report);
            warn_of_names(session, unit.name);
            if (!report.reached) return exit_deferred;
            // What could not be read is not recorded; the same command again takes it up.
            return report.findings.empty() ? exit_done : exit_partly;
        };
    });
}

}  // namespace rekey::cli
