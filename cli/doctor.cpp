#include "rekey/home/doctor.hpp"

#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "listing.hpp"

namespace rekey::cli {

void doctor(Registry& registry) {
    registry.command("doctor", "Check the home, and name the remedy of each finding", [](Command& command) -> Run {
        auto accept_clock = std::make_shared<bool>(false);
        command.flag("--accept-clock", *accept_clock, "Take the clock for right from now on");
        command.example("rekey doctor");
        command.example("rekey doctor --accept-clock", "the clock jumped, and is right now");
        command.ending(exit_refused, "There are findings; each comes with its remedy.");
        return [accept_clock](Session& session) {
            if (*accept_clock) {
                auto before = session.home_for_writing().accept_clock(session.stamp());
                session.note(fmt::format("the clock is taken for right: {} (last time seen was {})",
                                         to_rfc3339(session.now()), before ? to_rfc3339(*before) : "none"));
            }
            auto findings = examine(session.home_for_reading(), session.now());
            Listing listing(session, "findings", {"about", "finding", "remedy"},
                            {{"about", "ABOUT"}, {"finding", "FINDING"}, {"remedy", "REMEDY"}});
            for (const auto& finding : findings)
                listing.row({{"about", finding.about}, {"finding", finding.what}, {"remedy", finding.remedy}});
            listing.finish();
            if (findings.empty()) session.note("the home is sound");
            return findings.empty() ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
