#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/secret_file.hpp"
#include "questions/confirmation.hpp"
#include "rekey/issuers/issuers.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct RestoreOptions {
    std::string file;
    std::string passphrase_file;
    Confirmation confirmation;
};

/// Says what follows where the home that the backup was made of goes on.
void ask_about_second_home(const Session& session, const Confirmation& confirmation, const maintenance::Backup& made) {
    if (made.retires) return;
    confirmation.require(
        session,
        "the home that this backup was made of was not retired; if it is still used, two homes manage one fleet:\n"
        "each renews the same units, and takes what the other one made for foreign");
}

void tell_of_the_time_since(const Session& session, const maintenance::Backup& made) {
    if (made.retires)
        session.note(fmt::format("the home it came from is retired since {}: this one takes over from it",
                                 to_rfc3339(made.made_at)),
                     {}, "check that the units are reached from here: rekey doctor --all-units");
    session.note(
        fmt::format("{} not known to it: certificates issued since are on their units only, revocations\n"
                    "since on published lists only, and credentials that were rotated or destroyed since "
                    "have come back.\n"
                    "Look what differs: rekey doctor\n"
                    "To take what a unit holds: rekey units check UNIT --adopt",
                    made.retires ? "What was done since in that home, or in another one restored from this backup,\nis"
                                 : "What happened later is"));
}

/// It is restored all the same.
void tell_of_lists(Session& session) try {
    for (const auto& concern : issuers::list_concerns(session.home_for_reading().store(), session.config().crl_folder))
        session.warn(concern.what, {}, concern.remedy);
} catch (const Error& e) {
    session.warn(fmt::format("published lists of revoked certificates were not compared: {}", e.message()), {},
                 e.hint());
}

}  // namespace

void restore(Registry& registry) {
    registry.command("restore", "Make a new home from a backup", [](Command& command) -> Run {
        auto options = std::make_shared<RestoreOptions>();
        command.argument("FILE", options->file, "File that rekey backup wrote");
        command.option("--passphrase-file", "F", options->passphrase_file,
                       "File whose first line is the passphrase of the backup [asked for]");
        options->confirmation.describe(command);
        command.example("rekey restore /mnt/safe/rekey-2027-01-02");
        command.example("rekey restore rekey-2027-01-02 --home /srv/rekey", "somewhere else");
        return [options](Session& session) {
            auto ask = [&] {
                if (!options->passphrase_file.empty()) return read_passphrase(options->passphrase_file);
                return session.ask_secret("Passphrase of the backup", "say where it is: --passphrase-file FILE");
            };
            auto path = session.home_path();
            auto restored = maintenance::restore(
                options->file, path, ask, [&] { return session.home_passphrase(); }, session.stamp(),
                [&](const maintenance::Backup& made) { ask_about_second_home(session, options->confirmation, made); });
            auto made_at = to_rfc3339(restored.backup.made_at);
            if (session.format() != OutputFormat::table)
                print_object(session, {{"home", path},
                                       {"backup", restored.backup.id},
                                       {"made_at", made_at},
                                       {"already", restored.already},
                                       {"retires", restored.backup.retires}});
            session.note(restored.already ? fmt::format("{} was restored from this backup already", printable(path))
                                          : fmt::format("{} is as it was on {}", printable(path), made_at));
            tell_of_the_time_since(session, restored.backup);
            tell_of_lists(session);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
