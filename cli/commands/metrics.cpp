#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/home/home.hpp"
#include "rekey/renewal/overview.hpp"

namespace rekey::cli {

namespace {

struct MetricsOptions {
    SelectionOptions selection;
    std::string out;
};

}  // namespace

void metrics(Registry& registry) {
    registry.command("metrics", "Print the state of the home as Prometheus metrics", [](Command& command) -> Run {
        auto options = std::make_shared<MetricsOptions>();
        SelectionWords words;
        words.names = "UNIT";
        words.about = "Units, or patterns such as 'north-*'; all if none is named";
        words.type.clear();
        words.issuer.clear();
        words.limit.clear();
        add_selection(command, options->selection, words);
        command.option("--out", "FILE", options->out,
                       "Replace this file atomically, for node_exporter's textfile collector");
        command.example("rekey metrics");
        command.example("rekey metrics --out /var/lib/prometheus/node-exporter/rekey.prom");
        command.example("rekey metrics --label site=north", "certificates and units of one site");
        return [options](Session& session) {
            auto& home = session.home_for_reading();
            auto units = get_whole_units(home.store(), options->selection, session.now());
            auto text = renewal::metrics(home, session.current_policy(), session.now(), units);
            if (options->out.empty())
                write_out(text);
            else
                replace_public_file(options->out, view_of(text));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
