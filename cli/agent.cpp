#include "rekey/units/agent.hpp"

#include <unistd.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey::cli {

namespace {

struct Options {
    bool stdio = false;
    std::vector<std::string> roots;
    std::vector<std::string> reloads;
};

void require_roots(const std::vector<std::string>& roots) {
    for (const auto& root : roots)
        if (!root.starts_with('/'))
            throw Error(Code::usage, "'" + printable(root) + "' cannot be a root", "it is an absolute path");
}

units::AgentRules rules_of(const Options& options, const policy::Config& config) {
    units::AgentRules rules{{options.roots, config.agent_roots}, std::nullopt};
    if (options.roots.empty() && config.agent_roots.empty()) return rules;
    rules.reloads = options.reloads;
    rules.reloads->insert(rules.reloads->end(), config.agent_reloads.begin(), config.agent_reloads.end());
    return rules;
}

}  // namespace

void agent(Registry& registry) {
    registry.command("agent", "Serve folders of this machine to a rekey elsewhere", [](Command& command) -> Run {
        auto options = std::make_shared<Options>();
        command.flag("--stdio", options->stdio, "Speak on standard input and output, as behind ssh");
        command.options("--root", "DIR", options->roots, "Serve nothing outside of this folder; repeatable");
        command.options("--reload", "CMD", options->reloads, "A reload command to run though confined; repeatable");
        command.example("rekey agent --stdio --root /srv/unit", "in authorized_keys, to confine it");
        return [options](Session& session) {
            if (!options->stdio)
                throw Error(Code::usage, "an agent speaks on standard input and output", "say so: rekey agent --stdio");
            if (isatty(STDIN_FILENO) || isatty(STDOUT_FILENO))
                throw Error(Code::usage, "an agent speaks to a program, and this is a terminal",
                            "rekey starts it for units with an address ssh://host/path; see rekey-unit-protocol(7)");
            require_roots(options->roots);
            units::serve(STDIN_FILENO, STDOUT_FILENO, rules_of(*options, session.config()));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
