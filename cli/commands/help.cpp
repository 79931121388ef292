#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/help_text.hpp"
#include "command/usage_errors.hpp"

namespace rekey::cli {

void help(Registry& registry) {
    registry.command("help", "Help for a command: rekey help certs renew", [&registry](Command& command) -> Run {
        auto words = std::make_shared<std::vector<std::string>>();
        command.arguments("COMMAND", *words, "A noun, a command, or both; all commands if none is named")
            .takes(Values::command);
        command.example("rekey help certs renew");
        return [words, &registry](Session&) {
            auto path = fmt::format("{}", fmt::join(*words, " "));
            if (path.empty() || registry.find_noun(path) != nullptr || registry.find_command(path) != nullptr)
                return print_help(help_text(registry, path));
            bool noun_is_right = registry.find_noun(words->front()) != nullptr;
            std::vector<std::string> unknown(words->begin() + (noun_is_right ? 1 : 0), words->end());
            throw not_expected(registry, noun_is_right ? words->front() : "", *words, unknown, false);
        };
    });
}

}  // namespace rekey::cli
