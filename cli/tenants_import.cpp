#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/base/error.hpp"
#include "rekey/tenants/credentials.hpp"
#include "rekey/tenants/records.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string tenant;
    std::string devices;
    std::string coverage;
};

}  // namespace

void tenants_import(Registry& registry) {
    registry.command(
        "tenants import", "Load devices and coverage from files; nothing is ever deleted", [](Command& command) -> Run {
            auto options = std::make_shared<Options>();
            command.argument("NAME", options->tenant, "Tenant");
            command.option("--devices", "F", options->devices, "Devices, as JSON Lines or CSV; - reads standard input");
            command.option("--coverage", "F", options->coverage, "Coverage, as JSON Lines or CSV");
            return [options](Session& session) {
                if (options->devices.empty() && options->coverage.empty())
                    throw Error(Code::usage, "nothing was given to import", "--devices FILE, --coverage FILE, or both");
                auto& store = session.home_for_writing().store();
                auto tenant = tenants::get_tenant(store, options->tenant);
                if (!options->devices.empty()) {
                    auto done = tenants::import_devices(store, tenant, options->devices, session.stamp());
                    session.note(fmt::format("{}: {} devices imported", tenant.name, done.records));
                }
                if (!options->coverage.empty()) {
                    auto done = tenants::import_coverage(store, tenant, options->coverage, session.stamp());
                    session.note(fmt::format("{}: {} coverage records imported", tenant.name, done.records));
                }
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
