#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"
#include "views/shown_fields.hpp"

namespace rekey::cli {

void credential_show(Registry& registry) {
    registry.command("credential show", "Show one credential, and its rotation if one is under way",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("NAME", *name, "Credential, or tenant for its active one");
                         command.example("rekey credential show acme");
                         return [name](Session& session) {
                             auto& store = session.home_for_reading().store();
                             auto credential = tenants::get_credential(store, *name);
                             auto object = credential_row(session, credential);
                             put_shown<store::Shown::alone>(object, store::credential_fields, credential);
                             object["key_fingerprint_sha256"] = to_hex(credential.key_fingerprint);
                             object["key_kept"] = !credential.sealed_key.empty();
                             object["rotation"] =
                                 rotation_cell(session, store, tenants::current_rotation(store, credential.tenant_id));
                             print_object(session, object);
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
