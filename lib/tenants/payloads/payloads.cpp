#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "store/tenants/payload_entries.hpp"
#include "tenants/credentials/credential_checks.hpp"
#include "tenants/rotation/closing.hpp"
#include "tenants/rotation/rotation_steps.hpp"

namespace rekey::tenants {

namespace {

Input make_input(const ImportRequest& request) {
    Input input;
    input.client_id = request.entry.client_id;
    input.key_id = request.entry.key_id;
    input.key = payload::decrypt(request.entry, request.passphrase());
    input.delivery = DeliveredEntry{request.entry.id, request.entry.version, request.entry.digest};
    return input;
}

std::string source_of(const payload::Entry& entry) { return "payload/" + entry.id; }

RotationResult already(Context& context, const store::AcceptedEntry& accepted) {
    auto& store = context.store();
    RotationResult progress;
    progress.nothing_to_do = true;
    // What an earlier invocation destroyed may still be in the log.
    progress.in_log = !finish_destroying(store);
    if (auto fed = store::find_credential(store, accepted.credential_id))
        if (auto active = store::active_credential(store, fed->tenant_id)) progress.credential = *active;
    return progress;
}

/// Whether the rotation that an import began waits for something that can be done now: its
/// confirmation, or the end of the prior key.
bool left_unfinished(Context& context, store::Id tenant_id, store::Id fresh_id, bool offline) {
    auto rotation = current_rotation(context.store(), tenant_id);
    if (!rotation || rotation->new_credential_id != fresh_id) return false;
    return (rotation->state == store::RotationState::cut_over && !offline) || is_over(*rotation, context.clock());
}

RotationResult add_entry(Context& context, const ImportRequest& request) {
    const auto& entry = request.entry;
    auto guessed = scope_of_client(entry.client_id);
    auto scope = !entry.scope.empty() ? entry.scope : guessed.empty() ? "business" : guessed;
    auto where = endpoints(scope, request.token_url, request.audience, request.api_url);
    require_scope_of_client(scope, entry.client_id);
    auto tenant = request.tenant.empty() ? entry.name : request.tenant;
    if (!is_name(tenant))
        throw Error(Code::usage, fmt::format("'{}' is not a name for a tenant", printable(tenant)),
                    "give it one: --as-new --tenant NAME");
    require_free_client_id(context.store(), entry.client_id, 0);
    auto input = make_input(request);
    input.name = entry.name.empty() ? tenant : entry.name;
    auto added = add(context, tenant, input, where, request.offline);
    RotationResult progress;
    progress.credential = std::move(added.credential);
    progress.nothing_to_do = added.already;
    return progress;
}

store::Credential get_target(store::Reader& store, const ImportRequest& request,
                             const std::optional<store::AcceptedEntry>& accepted) {
    if (!request.credential.empty()) return get_credential(store, request.credential);
    auto fed = accepted ? store::find_credential(store, accepted->credential_id) : std::nullopt;
    if (fed) return *fed;
    throw Error(Code::usage, fmt::format("entry '{}' has not fed a credential yet", printable(request.entry.id)),
                "say which one it updates: --update NAME; or --as-new");
}

RotationResult update_by_entry(Context& context, const ImportRequest& request, const store::Credential& target) {
    const auto& entry = request.entry;
    auto& store = context.store();
    // Named by what it fed, which may have been replaced since: its tenant's active one is meant.
    auto active = store::active_credential(store, target.tenant_id);
    if (!active)
        throw Error(Code::refused, fmt::format("tenant '{}' has no active credential", target.tenant),
                    "import the entry with --as-new");
    auto known = known_scope(entry.scope);
    bool same = known.empty() ? entry.scope == active->scope : known == known_scope(active->scope);
    if (!entry.scope.empty() && !same)
        throw Error(Code::refused,
                    fmt::format("entry '{}' is for scope {}, and '{}' for {}", printable(entry.id),
                                printable(entry.scope), printable(active->name), active->scope),
                    "name the credential that it belongs to: --update NAME");
    RotationRequest rotation;
    rotation.input = make_input(request);
    rotation.keep_prior = request.keep_prior;
    rotation.offline = request.offline;
    rotation.accept_different_organization = request.accept_different_organization;
    rotation.source = source_of(entry);
    RotationSteps steps(context, make_goal(context, *active, rotation));
    while (steps.step()) {
    }
    return steps.progress();
}

DeliveryState state_beside(const store::AcceptedEntry& accepted, const payload::Entry& entry) {
    if (entry.version < accepted.version) return DeliveryState::older;
    return accepted.digest == entry.digest ? DeliveryState::accepted : DeliveryState::changed;
}

}  // namespace

DeliveryState state_of(store::Reader& store, const payload::Entry& entry) {
    auto accepted = store::accepted_entry(store, entry.id);
    return accepted ? state_beside(*accepted, entry) : DeliveryState::fresh;
}

RotationResult import_entry(Context& context, ImportRequest& request) {
    auto& store = context.store();
    const auto& entry = request.entry;
    auto accepted = store::accepted_entry(store, entry.id);
    auto id = printable(entry.id);
    if (!accepted && request.as_new) return add_entry(context, request);
    if (!accepted) return update_by_entry(context, request, get_target(store, request, accepted));
    switch (state_beside(*accepted, entry)) {
        case DeliveryState::fresh:
            break;
        case DeliveryState::older:
            throw Error(Code::refused,
                        fmt::format("entry '{}' has version {}, older than {}, which was accepted", id, entry.version,
                                    accepted->version),
                        "import what was delivered last");
        case DeliveryState::changed:
            if (request.as_new)
                throw Error(Code::refused, fmt::format("entry '{}' has changed since it was imported", id),
                            "to rotate its credential to it: --update");
            break;
        case DeliveryState::accepted: {
            if (request.as_new) return already(context, *accepted);
            auto fed = store::find_credential(store, accepted->credential_id);
            auto target = get_target(store, request, accepted);
            if (fed && fed->tenant_id != target.tenant_id)
                throw Error(Code::refused, fmt::format("entry '{}' was imported for tenant '{}'", id, fed->tenant),
                            "an entry is imported once");
            if (!left_unfinished(context, target.tenant_id, accepted->credential_id, request.offline))
                return already(context, *accepted);
            if (auto confirmed = confirm(context, target.tenant, request.accept_different_organization))
                return *confirmed;
            return already(context, *accepted);
        }
    }
    return update_by_entry(context, request, get_target(store, request, accepted));
}

}  // namespace rekey::tenants
