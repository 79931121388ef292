#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/store/records.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"
#include "views/sync_rows.hpp"

namespace rekey::cli {

namespace {

constexpr std::chrono::days soon{90};

/// One line each, where the whole would not fit.
void shorten(Json& object) {
    for (const char* key : {"last_sync", "sync_in_progress"}) {
        auto& sync = object[key];
        if (sync.is_null()) continue;
        auto text = [&](const char* name) { return sync[name].get<std::string>(); };
        auto devices = sync["devices"].get<std::int64_t>();
        sync = sync["finished_at"].is_null()
                   ? fmt::format("{} since {}, {} devices", text("state"), text("started_at"), devices)
                   : fmt::format("{}, {} devices", text("finished_at"), devices);
    }
}

Json status_of(const Session& session, store::Reader& store, const store::Tenant& tenant) {
    store::Snapshot snapshot(store);
    auto object = tenant_row(session, store, tenant);
    auto counts = store::count_records(store, tenant.id);
    auto now = session.now();
    auto covered = store::coverage_status(store, tenant.id, now, now + soon);
    auto active = store::active_credential(store, tenant.id);
    auto last = store::last_sync(store, tenant.id);
    object["inactive_devices"] = counts.inactive;
    object["created_at"] = to_rfc3339(tenant.created_at);
    object["active_devices"] = counts.devices - counts.inactive;
    object["devices_without_coverage"] = covered.without;
    object["devices_expiring_soon"] = covered.expiring;
    object["devices_renewing_soon"] = covered.renewing;
    object["health"] = active ? credential_row(session, *active)["health"] : Json();
    object["last_sync"] = sync_json(store::last_done_sync(store, tenant.id));
    object["sync_in_progress"] = sync_json(last && !last->finished_at ? last : std::nullopt);
    if (is_flat(session)) shorten(object);
    return object;
}

}  // namespace

void tenants_show(Registry& registry) {
    registry.command("tenants show", "Show one tenant: credential, devices, coverage, sync and rotation",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("NAME", *name, "Tenant");
                         command.example("rekey tenants show acme");
                         return [name](Session& session) {
                             auto& store = session.home_for_reading().store();
                             auto tenant = tenants::get_tenant(store, *name);
                             print_object(session, status_of(session, store, tenant));
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
