#include "command/commands.hpp"

namespace rekey::cli {

// One function a file; the list is in CMakeLists.txt.
#define REKEY_COMMAND(name) void name(Registry& registry);
#include "commands.inc"
#undef REKEY_COMMAND

void register_all(Registry& registry) {
    registry.noun("units", "Manage units: the machines that hold certificates", Values::unit);
    registry.noun("certs", "Manage certificates: list, generate, renew, verify");
    registry.noun("issuers", "Manage certificate authorities", Values::issuer);
    registry.noun("policy", "Manage the rules for certificates: edit, load, explain, check");
    registry.noun("credential", "Manage API credentials of tenants: rotate, verify, roll back", Values::credential);
    registry.noun("tenants", "Manage tenants: organisations at an API provider, with devices", Values::tenant);
    registry.noun("seal", "Manage the key that encrypts the secrets of the home");
    registry.noun("runs", "Show what each renewal run did");
    registry.noun("audit", "Show, check and export the audit trail");
    registry.noun("notify", "Test how people are notified of what unattended commands find");
#define REKEY_COMMAND(name) name(registry);
#include "commands.inc"
#undef REKEY_COMMAND
}

}  // namespace rekey::cli
