#include "base/files/spool.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/value_names.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"

namespace rekey::cli {

namespace {

/// Of units and slots: the units, and behind one that is written in full its slots, as a fleet has too many to offer.
bool is_offered(const std::string& kind, store::NameKind what, const std::string& name, const std::string& prefix) {
    if (kind != "units-slots" || what != store::NameKind::slot) return true;
    return name.starts_with(prefix.substr(0, prefix.find('/')) + "/");
}

/// For a shell, which waits for it while somebody types: one name a line, and nothing else, whatever
/// is wrong. It opens the store for reading, and nothing that is sealed.
int print_names(Session& session, const std::string& kind, const std::string& prefix) {
    for (const auto& named : value_names()) {
        if (kind != named.word) continue;
        Spool names;
        try {
            for (auto what : named.stored)
                store::each_name(session.home_for_reading().store(), what, prefix, [&](const std::string& name) {
                    // A name that has a line break in it cannot be offered.
                    if (is_offered(kind, what, name, prefix) && name.find('\n') == std::string::npos)
                        names.add(name + "\n");
                });
            while (auto name = names.next()) write_out(*name);
        } catch (const Error&) {
            return exit_done;
        }
    }
    return exit_done;
}

}  // namespace

void complete(Registry& registry) {
    registry.hidden_command("complete", [](Command& command) -> Run {
        auto kind = std::make_shared<std::string>();
        auto prefix = std::make_shared<std::vector<std::string>>();
        command.argument("KIND", *kind, "Kind of names to complete");
        command.arguments("PREFIX", *prefix, "What it begins with");
        return [kind, prefix](Session& session) {
            return print_names(session, *kind, prefix->empty() ? "" : prefix->front());
        };
    });
}

}  // namespace rekey::cli
