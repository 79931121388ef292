#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "units_report.hpp"

namespace rekey::cli {

void units_check(Registry& registry) {
    registry.command("units check", "Ask units now and record what they hold", [](Command& command) -> Run {
        auto names = std::make_shared<std::vector<std::string>>();
        command.arguments("NAME", *names, "Units; all when none is named");
        return [names](Session& session) {
            auto& home = session.home_for_writing();
            auto chosen = *names;
            for (const auto& name : chosen) get_unit(home.store(), name);
            if (chosen.empty())
                store::each_unit(home.store(), {}, [&](const store::Unit& unit) { chosen.push_back(unit.name); });
            bool all_reached = true;
            bool drift = false;
            bool failed = false;
            for (const auto& name : chosen) {
                try {
                    auto report = units::check(home, name, session.stamp(), session.reaching());
                    tell_check(session, report);
                    all_reached = all_reached && report.reached;
                    drift = drift || !report.findings.empty();
                } catch (const Error& error) {
                    // One unit's trouble is not the others'.
                    if (chosen.size() == 1) throw;
                    session.warn(error.message());
                    failed = true;
                }
            }
            if (failed) return exit_partly;
            return drift ? exit_refused : all_reached ? exit_done : exit_deferred;
        };
    });
}

}  // namespace rekey::cli
