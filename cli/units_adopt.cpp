#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string name;
    std::string type;
    std::string node;
    std::string certificate;
    std::string key;
    bool keep_mode = false;
};

}  // namespace

void units_adopt(Registry& registry) {
    registry.command("units adopt", "Take over an existing key and certificate", [](Command& command) -> Run {
        auto options = std::make_shared<Options>();
        command.argument("NAME", options->name, "Unit, with an address dir:/path");
        command.argument("TYPE", options->type, "Slot that it becomes: TYPE or NODE/TYPE");
        command.option("--node", "N", options->node, "Node, when TYPE names none");
        command.required_option("--cert", "FILE", options->certificate,
                                "Certificate, with its chain after it if there is one");
        command.required_option("--key", "FILE", options->key, "Its private key");
        command.flag("--keep-mode", options->keep_mode,
                     "Keep that all users may use the key, for this one and those after it");
        command.example("rekey units adopt web online --cert /etc/ssl/web.pem --key /etc/ssl/web.key");
        return [options](Session& session) {
            auto slot = units::parse_declared(options->type, options->node);
            auto adopted = units::adopt(session.home_for_writing(), options->name, slot, options->certificate,
                                        options->key, session.stamp(), options->keep_mode);
            auto about = about_slot(adopted.slot);
            session.note(fmt::format("{}: adopted certificate {}, which expires {}", adopted.slot.to_string(),
                                     adopted.facts.number, to_rfc3339(adopted.facts.not_after)),
                         about);
            session.note(fmt::format("{} and {} are links into the slot now", printable(options->certificate),
                                     printable(options->key)),
                         about);
            if (!adopted.issuer_id)
                session.note("no issuer of this home made it, so `rekey certs renew --due` will replace it", about);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
