#include "command/commands.hpp"

namespace rekey::cli {

// One function a file; the list is in CMakeLists.txt.
#define REKEY_COMMAND(name) void name(Registry& registry);
#include "commands.inc"
#undef REKEY_COMMAND

void register_all(Registry& registry) {
    registry.noun("units", "The machines in the field that hold certificates", Values::unit);
    registry.noun("certs", "Their certificates: list, generate, renew, verify");
    registry.noun("issuers", "What signs them", Values::issuer);
    registry.noun("policy", "The rules for certificates: what is due and why, what violates them");
    registry.noun("credential", "What tenants sign their requests with: rotate, verify, go back", Values::credential);
    registry.noun("tenants", "Organisations at an API provider, with their devices and coverage", Values::tenant);
    registry.noun("seal", "What the secrets of the home are sealed with");
    registry.noun("runs", "What each invocation that renewed did");
    registry.noun("audit", "The trail of every change");
#define REKEY_COMMAND(name) name(registry);
#include "commands.inc"
#undef REKEY_COMMAND
}

}  // namespace rekey::cli
