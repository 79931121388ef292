#include <fmt/format.h>

#include <algorithm>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

constexpr const char* rotation_keys[] = {
    "state",        "from_client_id",   "from_key_id",        "started_at", "cut_over_at",
    "confirmed_at", "prior_kept_until", "prior_destroyed_at", "cause",      "by",
    "reason",       "comment"};

void print_rotations(store::Reader& store, const Session& session, const store::Tenant& tenant) {
    Listing listing(session, "rotations", {},
                    {{"started_at", "ROTATION", As::time},
                     {"from_ids", "FROM"},
                     {"to_ids", "TO"},
                     {"state", "STATE"},
                     {"cut_over_at", "CUT OVER", As::time, {.leaves = 1}},
                     {"confirmed_at", "CONFIRMED", As::time, {.leaves = 2}},
                     {"prior_destroyed_at", "PRIOR DESTROYED", As::time, {.leaves = 3}},
                     {"by", "BY", As::text, {.leaves = 4}},
                     {"why", "WHY", As::text, {.shrinks = true, .leaves = 5}},
                     {"cause", "CAUSE", As::text, {.shrinks = true}}});
    for (const auto& rotation : store::rotations_of(store, tenant.id)) {
        auto row = rotation_json(store, rotation);
        // Most keep the name, and some the client ID.
        for (const std::string end : {"from", "to"})
            row[end + "_ids"] = fmt::format("{} {}", row[end + "_client_id"].get<std::string>(),
                                            row[end + "_key_id"].get<std::string>());
        row["why"] = rotation.reason.empty() || rotation.comment.empty()
                         ? rotation.reason + rotation.comment
                         : fmt::format("{}: {}", rotation.reason, rotation.comment);
        listing.object(row);
    }
    listing.finish();
}

/// A credential with the rotation that was to put it into use, so that one row a credential tells all.
Json history_row(const Session& session, store::Reader& store, const store::Credential& credential,
                 const std::vector<store::Rotation>& rotations) {
    auto row = credential_row(session, credential);
    auto came = std::find_if(rotations.begin(), rotations.end(), [&](const store::Rotation& rotation) {
        return rotation.new_credential_id == credential.id;
    });
    auto rotation = rotation_json(store, came == rotations.end() ? std::nullopt : std::optional(*came));
    if (session.format() != OutputFormat::csv) {
        row["rotation"] = rotation;
        return row;
    }
    for (const char* key : rotation_keys)
        row[std::string("rotation_") + key] = rotation.is_null() ? Json() : rotation[key];
    return row;
}

std::vector<std::string> history_keys() {
    auto keys = credential_keys();
    for (const char* key : rotation_keys) keys.push_back(std::string("rotation_") + key);
    return keys;
}

}  // namespace

void credential_history(Registry& registry) {
    registry.command("credential history", "List all credentials and rotations that a tenant ever had",
                     [](Command& command) -> Run {
                         auto name = std::make_shared<std::string>();
                         command.argument("TENANT", *name, "Tenant");
                         command.example("rekey credential history acme");
                         return [name](Session& session) {
                             auto& store = session.home_for_reading().store();
                             std::optional<store::Snapshot> snapshot(std::in_place, store);
                             auto tenant = tenants::get_tenant(store, *name);
                             Listing listing(session, "credentials", history_keys(), credential_columns);
                             auto all = store::rotations_of(store, tenant.id);
                             Json rotations = Json::array();
                             for (const auto& rotation : all) rotations.push_back(rotation_json(store, rotation));
                             listing.head({{"tenant", tenant.name}, {"rotations", rotations}});
                             store::each_credential(store, tenant.id, [&](const store::Credential& credential) {
                                 listing.object(history_row(session, store, credential, all));
                             });
                             snapshot.reset();
                             listing.finish();
                             if (session.format() == OutputFormat::table && !rotations.empty()) {
                                 write_out("\n");
                                 print_rotations(store, session, tenant);
                             }
                             return exit_done;
                         };
                     });
}

}  // namespace rekey::cli
