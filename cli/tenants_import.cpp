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
            command.example("rekey tenants import acme --devices devices.csv --coverage coverage.jsonl");
            return [options](Session& session) {
                if (options->devices.empty() && options->coverage.empty())
                    throw Error(Code::usage, "nothing was given to import", "--devices FILE, --coverage FILE, or both");
                if (options->devices == "-" && options->coverage == "-")
                    throw Error(Code::usage, "standard input cannot be both devices and coverage",
                                "give at least one of them as a file, or import one after the other");
                auto& store = session.home_for_writing().store();
                auto tenant = tenants::get_tenant(store, options->tenant);
                auto tell = [&](std::int64_t number, const char* one, const char* many) {
                    session.note(fmt::format("{}: {} {} imported", tenant.name, number, number == 1 ? one : many),
                                 about_tenant(tenant.name));
                };
                if (!options->devices.empty()) {
                    auto done = tenants::import_devices(store, tenant, options->devices, session.stamp());
                    tell(done.records, "device", "devices");
                }
                if (!options->coverage.empty()) {
                    auto done = tenants::import_coverage(store, tenant, options->coverage, session.stamp());
                    tell(done.records, "coverage record", "coverage records");
                }
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
