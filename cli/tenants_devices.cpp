#include "commands.hpp"
#include "exit_code.hpp"
#include "listing.hpp"
#include "rekey/base/error.hpp"
#include "rekey/store/record_filters.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string tenant;
    bool active = false;
    bool inactive = false;
    bool no_coverage = false;
    std::optional<std::string> expiring;
    std::string model;
    std::string search;
};

store::DeviceFilter filter_of(const Options& options, Time now) {
    if (options.active && options.inactive)
        throw Error(Code::usage, "no device is both --active and --inactive", "leave out both for all");
    store::DeviceFilter filter;
    filter.now = now;
    if (options.active || options.inactive) filter.active = options.active;
    filter.without_coverage = options.no_coverage;
    if (options.expiring) filter.expires_before = parse_period(*options.expiring, "--expiring").after(now);
    filter.model = options.model;
    filter.search = options.search;
    return filter;
}

}  // namespace

void tenants_devices(Registry& registry) {
    registry.command("tenants devices", "List a tenant's devices", [](Command& command) -> Run {
        auto options = std::make_shared<Options>();
        command.argument("NAME", options->tenant, "Tenant");
        command.flag("--active", options->active, "Only those that the provider told last");
        command.flag("--inactive", options->inactive, "Only those that it does not tell any more");
        command.flag("--no-coverage", options->no_coverage, "Only those without coverage that is in force");
        command.option("--expiring", "P", options->expiring, "Only those whose coverage ends within this time, as 90d");
        command.option("--model", "TEXT", options->model, "Only those with this in their model or product family");
        command.option("--search", "TEXT", options->search, "Only those with this in any attribute");
        command.example("rekey tenants devices acme --no-coverage");
        command.example("rekey tenants devices acme --expiring 90d --output csv");
        return [options](Session& session) {
            auto filter = filter_of(*options, session.now());
            auto& store = session.home_for_reading().store();
            auto tenant = tenants::get_tenant(store, options->tenant);
            bool whole = session.format() == Format::json || session.format() == Format::jsonl;
            Listing listing(session, "devices",
                            {"id", "serial", "model", "family", "status", "inactive_since", "first_seen", "last_seen",
                             "attributes"},
                            {{"id", "DEVICE"},
                             {"serial", "SERIAL"},
                             {"model", "MODEL", As::text, {.shrinks = true, .leaves = 4}},
                             {"family", "FAMILY", As::text, {.shrinks = true, .leaves = 1}},
                             {"status", "STATUS"},
                             {"inactive_since", "INACTIVE SINCE", As::time, {.leaves = 3}},
                             {"last_seen", "LAST SEEN", As::time, {.leaves = 2}}});
            store::each_device(store, tenant.id, filter, [&](const store::Device& device) {
                const auto& inactive = device.inactive_since;
                listing.row({{"id", device.id},
                             {"serial", device.serial},
                             {"model", device.model},
                             {"family", device.family},
                             {"status", device.status},
                             {"inactive_since", inactive ? Json(to_rfc3339(*inactive)) : Json()},
                             {"first_seen", to_rfc3339(device.first_seen)},
                             {"last_seen", to_rfc3339(device.last_seen)},
                             {"attributes", whole ? Json::parse(device.attributes) : Json(device.attributes)}});
            });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
