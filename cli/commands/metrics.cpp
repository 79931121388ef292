#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/home/public_file.hpp"
#include "rekey/renewal/prometheus.hpp"

namespace rekey::cli {

void metrics(Registry& registry) {
    registry.command("metrics", "Print the state of the home as Prometheus metrics", [](Command& command) -> Run {
        auto out = std::make_shared<std::string>();
        command.option("--out", "FILE", *out, "Replace this file at once, as node_exporter's textfile collector wants");
        command.example("rekey metrics");
        command.example("rekey metrics --out /var/lib/prometheus/node-exporter/rekey.prom");
        return [out](Session& session) {
            auto text = renewal::metrics(session.home_for_reading(), session.config(), session.now());
            if (out->empty())
                write_out(text);
            else
                replace_public_file(*out, view_of(text));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
