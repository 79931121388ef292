#include <fmt/format.h>

#include "base/text/flat_json.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/expiring.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/attribute_columns.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"
#include "views/record_values.hpp"

namespace rekey::cli {

namespace {

struct TenantsCoverageOptions {
    std::string tenant;
    bool active = false;
    bool inactive = false;
    bool renews = false;
    bool columns = false;
    bool excel = false;
    std::optional<std::string> expiring;
    std::string model;
    std::string search;
};

store::CoverageFilter filter_of(const TenantsCoverageOptions& options, Time now) {
    if (options.active && options.inactive)
        throw Error(Code::usage, "no coverage is both --active and --inactive", "leave out both for all");
    store::CoverageFilter filter;
    filter.now = now;
    if (options.active || options.inactive) filter.in_force = options.active;
    if (options.expiring) {
        auto span = parse_expiring(*options.expiring, "--expiring", now);
        filter.expires_from = span.from;
        filter.expires_before = span.before;
    }
    filter.renews = options.renews;
    filter.model = options.model;
    filter.search = options.search;
    return filter;
}

}  // namespace

void tenants_coverage(Registry& registry) {
    registry.command("tenants coverage", "List the coverage of a tenant's devices", [](Command& command) -> Run {
        auto options = std::make_shared<TenantsCoverageOptions>();
        command.argument("NAME", options->tenant, "Tenant");
        command.flag("--active", options->active, "Only coverage in force: active and not ended");
        command.flag("--inactive", options->inactive, "Only coverage that is not in force");
        command.option("--expiring", expiring_value, options->expiring,
                       fmt::format("Only what is in force, does not renew itself, and ends {}", expiring_forms));
        command.flag("--renews", options->renews, "Only what renews itself; with --expiring, at that time");
        command.option("--model", "TEXT", options->model,
                       "Only coverage of devices with this text in their model or family");
        command.option("--search", "TEXT", options->search,
                       "Only coverage with this text in its device or any attribute");
        command.flag("--columns", options->columns, "CSV with a column for each attribute");
        command.flag("--excel", options->excel, "CSV with a byte order mark, so that Excel reads UTF-8");
        command.example("rekey tenants coverage acme --output jsonl");
        command.example("rekey tenants coverage acme --expiring 90d --renews");
        return [options](Session& session) {
            auto now = session.now();
            auto filter = filter_of(*options, now);
            auto& store = session.home_for_reading().store();
            auto tenant = tenants::get_tenant(store, options->tenant);
            AttributeColumns columns(tenants::RecordKind::coverage);
            if (options->columns)
                store::each_coverage(store, tenant.id, filter, [&](const store::Coverage& record) {
                    columns.add(Json::parse(record.attributes),
                                {{"status", record.status}, {"description", record.description}});
                });
            auto attributes = options->columns ? columns.names() : std::vector<std::string>{"attributes"};
            auto keys = record_keys(store::coverage_fields, {"days_left", "renews"}, attributes);
            Listing listing(session, "coverage", keys,
                            {{"device_id", "DEVICE"},
                             {"id", "COVERAGE"},
                             {"status", "STATUS"},
                             {"description", "DESCRIPTION", As::text, {.shrinks = true, .leaves = 2}},
                             {"ends", "ENDS", As::time},
                             {"days_left", "DAYS", As::number},
                             {"renews", "RENEWS", As::text, {.leaves = 1}}});
            if (options->columns || options->excel) listing.as_csv(options->excel);
            FlatJson attributes_read(BeyondAscii::escaped);
            bool whole = listing.format() == OutputFormat::json || listing.format() == OutputFormat::jsonl;
            store::each_coverage(store, tenant.id, filter, [&](const store::Coverage& record) {
                Row row;
                put_told(row, record);
                row.put("days_left", record.ends ? Value(days_between(now, *record.ends)) : Value());
                row.put("renews", store::renews(record));
                put_seen(row, record);
                if (options->columns) {
                    columns.put(row, Json::parse(record.attributes));
                } else if (whole) {
                    read_attributes(attributes_read, record.attributes);
                    row.put("attributes", value_of(attributes_read, FlatJson::root));
                } else {
                    row.put("attributes", record.attributes);
                }
                listing.row(row);
            });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
