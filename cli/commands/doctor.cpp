#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/confirmation.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"
#include "views/retirement.hpp"

namespace rekey::cli {

namespace {

struct DoctorOptions {
    bool accept_clock = false;
    bool repair = false;
    bool all_units = false;
    bool unretire = false;
    Confirmation confirmation;
};

void take_back_into_use(Session& session, const Confirmation& confirmation) {
    auto& home = session.home_for_reading();
    auto retired = store::retirement(home.store());
    if (!retired)
        throw Error(Code::refused, fmt::format("{} was not retired", printable(home.path())),
                    "it can be used as it is");
    confirmation.require(session,
                         fmt::format("this home moved to {}; if it was restored from there, two homes would manage one "
                                     "fleet:\neach would renew the same units, and take what the other one made for "
                                     "foreign",
                                     printable(retired->file)));
    maintenance::unretire(home.path(), session.stamp());
    session.note(fmt::format("{} is in use again; do not restore {} while it is", printable(home.path()),
                             printable(retired->file)));
}

Json members_before_findings(const maintenance::Examination& examination, const std::vector<std::string>* repaired) {
    auto members = Json::object();
    if (repaired != nullptr) members["repaired"] = *repaired;
    if (examination.retired) members["retired"] = retirement_json(*examination.retired);
    return members;
}

void tell_of_retirement(const Session& session, const store::Retirement& retired) {
    session.note(retirement_in_words(retired), {},
                 "its units and tenants are looked after by the home that was restored from there; only what is kept "
                 "here is judged");
}

}  // namespace

void doctor(Registry& registry) {
    registry.command("doctor", "Check the home, and name the remedy of each finding", [](Command& command) -> Run {
        auto options = std::make_shared<DoctorOptions>();
        command.flag("--accept-clock", options->accept_clock, "Accept this machine's clock from now on");
        command.flag("--repair", options->repair, "First repair what needs no decision, and print what was done");
        command.flag("--all-units", options->all_units, "Also ask units that are not folders of this machine");
        command.flag("--unretire", options->unretire, "Take a home back into use that was retired by backup --retire");
        options->confirmation.describe(command);
        command.example("rekey doctor");
        command.example("rekey doctor --repair", "repair what needs no decision");
        command.example("rekey doctor --accept-clock", "the clock was wrong, and is right now");
        command.ending(exit_refused, "There are findings; each names its remedy.");
        return [options](Session& session) {
            if (options->unretire) take_back_into_use(session, options->confirmation);
            if (options->accept_clock) {
                auto before = session.home_for_writing().accept_clock(session.stamp());
                session.note(fmt::format("the clock is accepted: {} (last time seen was {})", to_rfc3339(session.now()),
                                         before ? to_rfc3339(*before) : "none"));
            }
            maintenance::DoctorSubject subject{session.home_path(), [&] { return session.config(); },
                                               [&] { return session.home_passphrase(); }, options->all_units};
            std::vector<std::string> repaired;
            if (options->repair) repaired = maintenance::repair(subject, session.stamp());
            for (const auto& what : repaired) session.note("repaired: " + what);

            auto examination = maintenance::examine(subject, session.now());
            if (examination.thread_hangs) session.leave_at_once();
            if (examination.retired) tell_of_retirement(session, *examination.retired);
            for (const auto& unit : examination.silent) session.note("not compared: " + printable(unit));
            Listing listing(session, "findings", {"about", "finding", "remedy", "repairable"},
                            {{"about", "ABOUT"}, {"finding", "FINDING"}, {"remedy", "REMEDY"}});
            listing.head(members_before_findings(examination, options->repair ? &repaired : nullptr));
            for (const auto& finding : examination.findings)
                listing.row({{"about", finding.about},
                             {"finding", finding.what},
                             {"remedy", finding.remedy},
                             {"repairable", finding.repairable}});
            listing.finish();
            if (examination.findings.empty())
                session.note(examination.retired ? "what the retired home keeps is sound" : "the home is sound");
            return examination.findings.empty() ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
