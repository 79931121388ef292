#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/confirmation.hpp"
#include "questions/new_passphrase.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct BackupOptions {
    std::string out;
    std::string passphrase_file;
    std::string comment;
    bool retire = false;
    Confirmation confirmation;
};

void tell_retired(const Session& session, const std::string& home, const std::string& file) {
    session.note(
        fmt::format("{} is retired: it takes no change any more, and goes on as {}", printable(home), printable(file)),
        {},
        "to go on elsewhere: rekey --home NEW restore FILE; to take this one back into use: rekey doctor "
        "--unretire");
}

/// The same command again, after one that was interrupted or not.
bool was_retired_into(Session& session, const std::string& file) {
    auto& home = session.home_for_reading();
    if (!maintenance::finish_retirement(home.store(), file)) return false;
    tell_retired(session, home.path(), file);
    return true;
}

int make_backup(Session& session, const BackupOptions& options) {
    if (!options.comment.empty() && !options.retire)
        throw Error(Code::usage, "--comment is for --retire", "leave it out");
    if (options.retire && was_retired_into(session, options.out)) return exit_done;
    auto& home = session.home_for_writing();
    if (options.retire)
        options.confirmation.require(
            session, fmt::format("{} would take no change any more, and go on only where {} is restored",
                                 printable(home.path()), printable(options.out)));
    auto passphrase = new_passphrase(session, options.passphrase_file, "Passphrase for the backup",
                                     "say where it is: --passphrase-file FILE");
    auto made = options.retire ? maintenance::retire(home, options.out, passphrase, options.comment, session.stamp())
                               : maintenance::back_up(home, options.out, passphrase, session.stamp());
    if (session.format() != OutputFormat::table) {
        Json object{{"file", options.out},
                    {"backup", made.id},
                    {"made_at", to_rfc3339(made.made_at)},
                    {"audit_head", made.audit_head}};
        if (options.retire) object["retired"] = true;
        print_object(session, object);
    }
    session.note(fmt::format("{} is backed up in {}", home.path(), printable(options.out)));
    if (options.retire) tell_retired(session, home.path(), options.out);
    return exit_done;
}

}  // namespace

void backup(Registry& registry) {
    registry.command("backup", "Write the whole home into one encrypted file", [](Command& command) -> Run {
        auto options = std::make_shared<BackupOptions>();
        command.required_option("--out", "FILE", options->out, "File to write; it must not exist yet");
        command.option("--passphrase-file", "F", options->passphrase_file,
                       "File whose first line is the passphrase of the backup [asked for]");
        command.flag("--retire", options->retire, "The home moves elsewhere: refuse all further changes to this one");
        command.option("--comment", "TEXT", options->comment, "With --retire: where the home moves to, and why");
        options->confirmation.describe(command);
        command.example("rekey backup --out /mnt/safe/rekey-2027-01-02");
        command.example("rekey backup --out /mnt/stick/fleet --retire --comment new-server",
                        "before it is restored on another machine");
        return [options](Session& session) { return make_backup(session, *options); };
    });
}

}  // namespace rekey::cli
