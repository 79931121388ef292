#include <unistd.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

namespace {

struct AgentOptions {
    bool stdio = false;
    std::vector<std::string> roots;
    std::vector<std::string> reloads;
};

void require_roots(const std::vector<std::string>& roots) {
    for (const auto& root : roots)
        if (!root.starts_with('/'))
            throw Error(Code::usage, "'" + printable(root) + "' cannot be a root", "it is an absolute path");
}

/// The limits of the agent. Those of the command line and of the configuration both apply: the caller of an agent gets
/// no more than the configuration of the account that the agent runs in allows.
struct Confinement {
    std::vector<std::string> roots;
    std::vector<std::string> reloads;
};

units::AgentRules rules_of(const std::vector<Confinement>& all) {
    units::AgentRules rules;
    for (const auto& each : all) {
        if (each.roots.empty()) continue;
        rules.roots.push_back(each.roots);
        if (!rules.reloads) {
            rules.reloads = each.reloads;
            continue;
        }
        std::erase_if(*rules.reloads, [&](const std::string& command) {
            return std::find(each.reloads.begin(), each.reloads.end(), command) == each.reloads.end();
        });
    }
    return rules;
}

}  // namespace

void agent(Registry& registry) {
    registry.command("agent", "Serve folders of this machine to rekey on another machine", [](Command& command) -> Run {
        auto options = std::make_shared<AgentOptions>();
        command.flag("--stdio", options->stdio, "Use standard input and output, as ssh does");
        command.options("--root", "DIR", options->roots, "Serve nothing outside this folder; repeatable");
        command.options("--reload", "CMD", options->reloads,
                        "Reload command that the confined agent may run; repeatable");
        command.example("rekey agent --stdio --root /srv/unit", "in authorized_keys, to confine it");
        return [options](Session& session) {
            if (!options->stdio)
                throw Error(Code::usage, "an agent speaks on standard input and output", "say so: rekey agent --stdio");
            if (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO))
                throw Error(Code::usage, "an agent speaks to a program, and this is a terminal",
                            "rekey starts it for units with an address ssh://host/path; see rekey-unit-protocol(7)");
            require_roots(options->roots);
            const auto& named = session.config();
            auto own = session.own_config();
            units::serve(STDIN_FILENO, STDOUT_FILENO,
                         rules_of({{options->roots, options->reloads},
                                   {named.agent_roots, named.agent_reloads},
                                   {own.agent_roots, own.agent_reloads}}));
            // The other side waits for the connection to end, and not for what OpenSSL tidies up.
            session.leave_at_once();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
