#include "commands.hpp"
#include "exit_code.hpp"
#include "listing.hpp"
#include "rekey/store/records.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::cli {

void tenants_devices(Registry& registry) {
    registry.command("tenants devices", "List a tenant's devices", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Tenant");
        return [name](Session& session) {
            auto& store = session.home_for_reading().store();
            auto tenant = tenants::get_tenant(store, *name);
            bool whole = session.format() == Format::json || session.format() == Format::jsonl;
            Listing listing(session, "devices",
                            {"id", "serial", "model", "family", "status", "inactive_since", "first_seen", "last_seen",
                             "attributes"},
                            {{"id", "DEVICE"},
                             {"serial", "SERIAL"},
                             {"model", "MODEL"},
                             {"family", "FAMILY"},
                             {"status", "STATUS"},
                             {"inactive_since", "INACTIVE SINCE"},
                             {"last_seen", "LAST SEEN"}});
            store::each_device(store, tenant.id, [&](const store::Device& device) {
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
