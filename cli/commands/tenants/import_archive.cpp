#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "questions/credential_inputs.hpp"
#include "views/archive_rows.hpp"

namespace rekey::cli {

namespace {

struct TenantsImportArchiveOptions {
    std::string file;
    std::string passphrase_file;
};

}  // namespace

void tenants_import_archive(Registry& registry) {
    registry.command("tenants import-archive", "Import a tenant that another home exported",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<TenantsImportArchiveOptions>();
                         command.argument("FILE", options->file, "File that rekey tenants export wrote");
                         command.option("--passphrase-file", "F", options->passphrase_file,
                                        "File whose first line is the passphrase that it is encrypted with");
                         command.example("rekey tenants import-archive acme.rekey");
                         return [options](Session& session) {
                             auto ask = [&] {
                                 return get_passphrase(session, options->passphrase_file, "Passphrase of the archive");
                             };
                             ArchiveReporter reporter(session, "read");
                             auto archive = tenants::import_archive(
                                 session.home_for_writing(), options->file, session.stamp(), ask,
                                 [&](std::int64_t records) { reporter.progress(records); }, interrupt_token());
                             reporter.finish(archive, options->file);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
