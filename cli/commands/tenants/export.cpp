
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "questions/new_passphrase.hpp"
#include "views/archive_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsExportOptions {
    std::string name;
    std::string out;
    std::string passphrase_file;
};

}  // namespace

void tenants_export(Registry& registry) {
    registry.command("tenants export", "Write a tenant with all that it has to a sealed file, for another home",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<TenantsExportOptions>();
                         command.argument("NAME", options->name, "Tenant");
                         command.required_option("--out", "FILE", options->out, "File to write; it must not exist yet");
                         command.option("--passphrase-file", "F", options->passphrase_file,
                                        "File whose first line is the passphrase to encrypt it with");
                         command.example("rekey tenants export acme --out acme.rekey");
                         return [options](Session& session) {
                             auto ask = [&] {
                                 return new_passphrase(session, options->passphrase_file,
                                                       "New passphrase of the archive",
                                                       "say where it is: --passphrase-file FILE");
                             };
                             ArchiveReporter reporter(session, "written");
                             auto archive = tenants::export_tenant(
                                 session.home_for_reading(), options->name, options->out, ask,
                                 [&](std::int64_t records) { reporter.progress(records); }, interrupt_token());
                             reporter.finish(archive, options->out);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
