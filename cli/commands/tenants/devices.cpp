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

struct TenantsDevicesOptions {
    std::vector<std::string> tenants;
    bool all = false;
    bool active = false;
    bool inactive = false;
    bool no_coverage = false;
    bool renews = false;
    bool columns = false;
    bool excel = false;
    std::optional<std::string> expiring;
    std::string model;
    std::string search;
};

store::DeviceFilter filter_of(const TenantsDevicesOptions& options, Time now) {
    if (options.active && options.inactive)
        throw Error(Code::usage, "no device is both --active and --inactive", "leave out both for all");
    store::DeviceFilter filter;
    filter.now = now;
    if (options.active || options.inactive) filter.active = options.active;
    filter.without_coverage = options.no_coverage;
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

/// The one that is named, or all.
std::vector<store::Tenant> tenants_of(store::Reader& store, const TenantsDevicesOptions& options) {
    if (options.tenants.empty()) {
        if (!options.all && options.search.empty())
            throw Error(Code::usage, "no tenant was named", "name one, or look in all: --all, --search TEXT");
        return store::tenants(store);
    }
    if (options.all) throw Error(Code::usage, "--all means every tenant", "leave out --all, or the names");
    std::vector<store::Tenant> named;
    for (const auto& name : options.tenants) named.push_back(tenants::get_tenant(store, name));
    return named;
}

std::vector<std::string> keys_of(bool several, const std::vector<std::string>& attributes) {
    auto keys = record_keys(
        store::device_fields,
        {"product", "order", "server", "coverage_status", "coverage_ends", "coverage_renews", "days_left"}, attributes);
    if (several) keys.insert(keys.begin(), "tenant");
    return keys;
}

std::vector<Column> columns_of(bool several) {
    std::vector<Column> columns{{"id", "DEVICE"},
                                {"serial", "SERIAL", As::text, {.leaves = 2}},
                                {"model", "MODEL", As::text, {.shrinks = true, .leaves = 8}},
                                {"family", "FAMILY", As::text, {.shrinks = true, .leaves = 1}},
                                {"status", "STATUS", As::text, {.leaves = 5}},
                                {"product", "PRODUCT", As::text, {.shrinks = true, .leaves = 3}},
                                {"order", "ORDER", As::text, {.shrinks = true, .leaves = 4}},
                                {"coverage_status", "COVERAGE", As::text, {.leaves = 9}},
                                {"coverage_ends", "COVERED UNTIL", As::time, {.leaves = 10}},
                                {"days_left", "DAYS", As::number, {.leaves = 11}},
                                {"inactive_since", "INACTIVE SINCE", As::time, {.leaves = 7}},
                                {"last_seen", "LAST SEEN", As::time, {.leaves = 6}}};
    if (several) columns.insert(columns.begin(), {"tenant", "TENANT"});
    return columns;
}

/// The first of these texts that the device has.
Value first_of(const FlatJson& attributes, std::initializer_list<std::string_view> names) {
    for (auto name : names)
        if (auto found = attributes.find(FlatJson::root, name);
            found != FlatJson::none && !attributes.text(found).empty())
            return attributes.text(found);
    return nullptr;
}

/// The MDM server that the device is assigned to, as far as the provider or a list names it.
Value server_of(const FlatJson& attributes) {
    auto named = first_of(attributes, {"assignedServer"});
    if (!named.is_null()) return named;
    auto found = FlatJson::root;
    for (std::string_view name : {"relationships", "assignedServer", "data", "id"})
        found = attributes.find(found, name);
    return found == FlatJson::none ? Value() : value_of(attributes, found);
}

/// `ACTIVE`, `RENEWS`, `ENDED` or the provider's own word.
std::string_view status_of(const store::Cover& cover) {
    if (cover.in_force) return cover.renews ? "RENEWS" : "ACTIVE";
    return cover.status == "ACTIVE" ? std::string_view("ENDED") : cover.status;
}

class DeviceList {
public:
    DeviceList(Session& session, const TenantsDevicesOptions& options)
        : session_(session),
          options_(options),
          now_(session.now()),
          filter_(filter_of(options, now_)),
          store_(session.home_for_reading().store()),
          tenants_(tenants_of(store_, options)) {}

    void print() {
        bool several = options_.tenants.size() != 1;
        if (options_.columns) find_columns();
        auto attributes = options_.columns ? columns_.names() : std::vector<std::string>{"attributes"};
        Listing listing(session_, "devices", keys_of(several, attributes), columns_of(several));
        if (options_.columns || options_.excel) listing.as_csv(options_.excel);
        whole_ = listing.format() == OutputFormat::json || listing.format() == OutputFormat::jsonl;
        for (const auto& tenant : tenants_)
            store::each_covered_device(store_, tenant.id, filter_,
                                       [&](const store::Device& device, const std::optional<store::Cover>& cover) {
                                           auto row = row_of(device, cover);
                                           if (several) row.put("tenant", tenant.name);
                                           listing.row(row);
                                       });
        listing.finish();
    }

private:
    void find_columns() {
        for (const auto& tenant : tenants_)
            store::each_device(store_, tenant.id, filter_, [&](const store::Device& device) {
                columns_.add(Json::parse(device.attributes), {{"status", device.status}});
            });
    }

    Row row_of(const store::Device& device, const std::optional<store::Cover>& cover) {
        read_attributes(attributes_, device.attributes);
        const auto* ends = cover && cover->ends ? &*cover->ends : nullptr;
        Row row;
        put_told(row, device);
        put_seen(row, device);
        row.put("product", first_of(attributes_, {"partNumber", "productType"}));
        row.put("order", first_of(attributes_, {"orderNumber"}));
        row.put("server", server_of(attributes_));
        row.put("coverage_status", cover ? Value(status_of(*cover)) : Value());
        row.put("coverage_ends", ends != nullptr ? Value(*ends) : Value());
        row.put("coverage_renews", cover ? Value(cover->renews) : Value());
        row.put("days_left", ends != nullptr ? Value(days_between(now_, *ends)) : Value());
        if (options_.columns)
            columns_.put(row, Json::parse(device.attributes));
        else
            row.put("attributes", whole_ ? value_of(attributes_, FlatJson::root) : Value(device.attributes));
        return row;
    }

    Session& session_;
    const TenantsDevicesOptions& options_;
    Time now_;
    store::DeviceFilter filter_;
    store::Reader& store_;
    std::vector<store::Tenant> tenants_;
    AttributeColumns columns_{tenants::RecordKind::devices};
    FlatJson attributes_{BeyondAscii::escaped};  ///< of the device at hand
    bool whole_ = false;
};

}  // namespace

void tenants_devices(Registry& registry) {
    registry.command("tenants devices", "List devices of a tenant, or of all", [](Command& command) -> Run {
        auto options = std::make_shared<TenantsDevicesOptions>();
        command.arguments("NAME", options->tenants, "Tenants");
        command.flag("--all", options->all, "Devices of every tenant, as for --search without a tenant");
        command.flag("--active", options->active, "Only devices that the provider returned last");
        command.flag("--inactive", options->inactive,
                     "Only devices that the provider no longer returns, or has released");
        command.flag("--no-coverage", options->no_coverage, "Only devices without coverage in force");
        command.option("--expiring", expiring_value, options->expiring,
                       fmt::format("Only those whose coverage does not renew itself, and ends {}", expiring_forms));
        command.flag("--renews", options->renews,
                     "Only those whose coverage renews itself; with --expiring, at that time");
        command.option("--model", "TEXT", options->model,
                       "Only devices with this text in their model or product family");
        command.option("--search", "TEXT", options->search, "Only devices with this text in any attribute");
        command.flag("--columns", options->columns, "CSV with a column for each attribute");
        command.flag("--excel", options->excel, "CSV with a byte order mark, so that Excel reads UTF-8");
        command.example("rekey tenants devices acme --no-coverage");
        command.example("rekey tenants devices acme --expiring 90d --output csv");
        command.example("rekey tenants devices acme --columns --excel >devices.csv");
        command.example("rekey tenants devices --all --search C02");
        return [options](Session& session) {
            DeviceList(session, *options).print();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
