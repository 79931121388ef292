#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "views/listing.hpp"
#include "views/new_passphrase.hpp"

namespace rekey::cli {

namespace {

struct BackupOptions {
    std::string out;
    std::string passphrase_file;
};

}  // namespace

void backup(Registry& registry) {
    registry.command("backup", "Write all of the home into one encrypted file", [](Command& command) -> Run {
        auto options = std::make_shared<BackupOptions>();
        command.required_option("--out", "FILE", options->out, "A new file");
        command.option("--passphrase-file", "F", options->passphrase_file,
                       "Its first line is the passphrase of the backup [asked for]");
        command.example("rekey backup --out /mnt/safe/rekey-2027-01-02");
        return [options](Session& session) {
            auto& home = session.home_for_writing();
            auto passphrase = new_passphrase(session, options->passphrase_file, "Passphrase for the backup",
                                             "say where it is: --passphrase-file FILE");
            auto made = maintenance::back_up(home, options->out, passphrase, session.stamp());
            if (session.format() != Format::table)
                print_object(session, {{"file", options->out},
                                       {"backup", made.id},
                                       {"made_at", to_rfc3339(made.made_at)},
                                       {"audit_head", made.audit_head}});
            session.note(fmt::format("{} is backed up in {}", home.path(), printable(options->out)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
