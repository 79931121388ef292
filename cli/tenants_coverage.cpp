#include "commands.hpp"
#include "exit_code.hpp"
#include "listing.hpp"
#include "rekey/store/records.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::cli {

void tenants_coverage(Registry& registry) {
    registry.command("tenants coverage", "List the coverage of a tenant's devices", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Tenant");
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            auto tenant = tenants::get_tenant(store, *name);
            auto now = session.now();
            bool whole = session.format() == Format::json || session.format() == Format::jsonl;
            auto time = [](const std::optional<Time>& at) { return at ? Json(to_rfc3339(*at)) : Json(); };
            Listing listing(
                session, "coverage",
                {"device_id", "id", "status", "description", "starts", "ends", "days_left", "last_seen", "attributes"},
                {{"device_id", "DEVICE"},
                 {"id", "COVERAGE"},
                 {"status", "STATUS"},
                 {"description", "DESCRIPTION"},
                 {"ends", "ENDS"},
                 {"days_left", "DAYS", true}});
            store::each_coverage(store, tenant.id, [&](const store::Coverage& record) {
                listing.row({{"device_id", record.device_id},
                             {"id", record.id},
                             {"status", record.status},
                             {"description", record.description},
                             {"starts", time(record.starts)},
                             {"ends", time(record.ends)},
                             {"days_left", record.ends ? Json(days_between(now, *record.ends)) : Json()},
                             {"last_seen", to_rfc3339(record.last_seen)},
                             {"attributes", whole ? Json::parse(record.attributes) : Json(record.attributes)}});
            });
            listing.finish();
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
