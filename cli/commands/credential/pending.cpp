#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

constexpr const char* default_folder = "/etc/rekey/payloads.d";

/// Who signed it, by certificates that nobody has verified.
Json signers_json(const Session& session, const std::vector<payload::Signer>& signers) {
    if (is_flat(session)) return signers.empty() ? Json() : Json(signers.front().subject);
    auto list = Json::array();
    for (const auto& signer : signers)
        list.push_back({{"subject", signer.subject},
                        {"issuer", signer.issuer},
                        {"fingerprint", signer.fingerprint},
                        {"not_after", to_rfc3339(signer.not_after)}});
    return list;
}

}  // namespace

void credential_pending(Registry& registry) {
    registry.command(
        "credential pending", "List delivered credentials that are not imported yet", [](Command& command) -> Run {
            auto folders = std::make_shared<std::vector<std::string>>();
            command.arguments("DIR", *folders,
                              "Folder with payloads, which must belong to root [/etc/rekey/payloads.d]");
            command.example("rekey credential pending");
            command.ending(exit_partly, "Some files could not be read.");
            return [folders](Session& session) {
                if (folders->size() > 1) throw Error(Code::usage, "name one folder", "rekey credential pending [DIR]");
                auto folder = folders->empty() ? default_folder : folders->front();
                auto list = tenants::pending(session.home_for_reading().store(), folder);
                if (!list && !folders->empty())
                    throw Error(Code::usage, fmt::format("there is no folder {}", printable(folder)),
                                "name the folder that device management fills; without a name it is "
                                "/etc/rekey/payloads.d");
                if (!list) list.emplace();
                Listing listing(session, "entries",
                                {"entry", "name", "client_id", "version", "status", "file", "signed_by"},
                                {{"entry", "ENTRY"},
                                 {"name", "NAME"},
                                 {"client_id", "CLIENT ID", As::text, {.leaves = 2}},
                                 {"version", "VERSION", As::number},
                                 {"status", "STATUS"},
                                 {"file", "FILE", As::text, {.leaves = 1}}});
                for (const auto& pending : list->entries)
                    listing.row({{"entry", pending.entry.id},
                                 {"name", pending.entry.name},
                                 {"client_id", pending.entry.client_id},
                                 {"version", pending.entry.version},
                                 {"status", pending.state == tenants::DeliveryState::changed ? "changed" : "new"},
                                 {"file", pending.file},
                                 {"signed_by", signers_json(session, pending.signers)}});
                listing.finish();
                for (const auto& problem : list->problems)
                    session.warn(printable(problem.message), {}, printable(problem.hint));
                return list->problems.empty() ? exit_done : exit_partly;
            };
        });
}

}  // namespace rekey::cli
