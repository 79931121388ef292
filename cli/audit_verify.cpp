#include <fmt/format.h>

#include "audit_rows.hpp"
#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"

namespace rekey::cli {

void audit_verify(Registry& registry) {
    registry.command("audit verify", "Check the chain of the trail", [](Command& command) -> Run {
        auto head = std::make_shared<std::string>();
        command.option("--head", "HASH", *head, "A hash noted earlier; it must be in the chain");
        command.example("rekey audit verify");
        command.example("rekey audit verify --head 5f2d", "with a hash noted earlier");
        command.ending(exit_refused, "The chain is broken, or the noted hash is not in it.");
        return [head](Session& session) {
            auto& store = session.home_for_reading().store();
            auto check = store::verify_audit(store);
            if (!head->empty()) {
                bool found = false;
                store::each_audit(store, 0, [&](const store::AuditEntry& entry) {
                    auto noted = from_hex(*head);
                    found = found || (noted && to_hex(entry.hash) == to_hex(*noted));
                });
                if (!found) check.problems.push_back("no entry has the noted hash: the chain was replaced or cut");
            }
            print_object(session, {{"entries", check.entries},
                                   {"head", check.head},
                                   {"sound", check.problems.empty()},
                                   {"problems", check.problems}});
            return check.problems.empty() ? exit_done : exit_refused;
        };
    });
}

}  // namespace rekey::cli
