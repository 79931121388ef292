#include "views/credential_rows.hpp"

#include <fmt/format.h>

#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/records.hpp"
#include "rekey/store/tenants.hpp"
#include "views/json.hpp"
#include "views/shown_fields.hpp"

namespace rekey::cli {

namespace {

using Stage = store::RotationState;

Json health_json(const store::Health& health) {
    Json object;
    store::each_field(store::health_fields, [&](auto field) {
        Json value = Value(health.*field.member);
        object[field.name] = value == "" ? Json() : value;
    });
    return object;
}

}  // namespace

std::vector<std::string> credential_keys() {
    std::vector<std::string> keys;
    auto any = credential_json({});
    for (const auto& [key, value] : any.items()) keys.push_back(key);
    return keys;
}

const std::vector<Column> credential_columns{{"name", "CREDENTIAL"},
                                             {"tenant", "TENANT", As::text, {.leaves = 3}},
                                             {"state", "STATE"},
                                             {"client_id", "CLIENT ID", As::text, {.leaves = 5}},
                                             {"key_id", "KEY ID", As::text, {.leaves = 4}},
                                             {"scope", "SCOPE", As::text, {.shrinks = true, .leaves = 1}},
                                             {"health", "HEALTH"},
                                             {"activated_at", "ACTIVE SINCE", As::time, {.leaves = 2}}};

Json credential_json(const store::Credential& credential) {
    // The tenant comes after the name, which keeps its place.
    Json object{{"name", credential.name}, {"tenant", credential.tenant}};
    put_shown<store::Shown::in_lists>(object, store::credential_fields, credential);
    object["health"] = health_json(credential.health);
    return object;
}

Json credential_row(const Session& session, const store::Credential& credential) {
    auto row = credential_json(credential);
    if (is_flat(session)) row["health"] = store::health_word(credential.health);
    return row;
}

Json rotation_json(store::Reader& store, const std::optional<store::Rotation>& rotation) {
    if (!rotation) return nullptr;
    auto from = store::find_credential(store, rotation->old_credential_id).value_or(store::Credential{});
    auto to = store::find_credential(store, rotation->new_credential_id).value_or(store::Credential{});
    return {{"state", store::to_string(rotation->state)},
            {"from", from.name},
            {"from_client_id", from.client_id},
            {"from_key_id", from.key_id},
            {"to", to.name},
            {"to_client_id", to.client_id},
            {"to_key_id", to.key_id},
            {"offline", rotation->offline},
            {"started_at", to_rfc3339(rotation->started_at)},
            {"cut_over_at", Value(rotation->cut_over_at)},
            {"confirmed_at", Value(rotation->confirmed_at)},
            {"prior_kept_until", Value(tenants::prior_kept_until(*rotation))},
            {"prior_destroyed_at", Value(rotation->prior_destroyed_at)},
            {"cause", text_or_null(rotation->cause)},
            {"by", rotation->actor},
            {"reason", text_or_null(rotation->reason)},
            {"comment", text_or_null(rotation->comment)}};
}

Json rotation_cell(const Session& session, store::Reader& store, const std::optional<store::Rotation>& rotation) {
    return is_flat(session) ? Json(rotation_word(rotation)) : rotation_json(store, rotation);
}

std::string rotation_word(const std::optional<store::Rotation>& rotation) {
    return rotation ? tenants::in_words(*rotation) : "";
}

namespace {

/// The tenant that this one becomes part of.
std::optional<std::string> merging_into(store::Reader& store, const store::Tenant& tenant) {
    auto merge = store::open_merge_from(store, tenant.id);
    if (!merge) return std::nullopt;
    for (const auto& each : store::tenants(store))
        if (each.id == merge->into_tenant_id) return each.name;
    return std::nullopt;
}

}  // namespace

Json tenant_row(const Session& session, store::Reader& store, const store::Tenant& tenant) {
    auto active = store::active_credential(store, tenant.id);
    auto counts = store::count_records(store, tenant.id);
    Json row{{"name", tenant.name},
             {"active_credential", active ? Json(active->name) : Json()},
             {"devices", counts.devices},
             {"coverage", counts.coverage},
             {"rotation", rotation_cell(session, store, tenants::current_rotation(store, tenant.id))}};
    auto into = merging_into(store, tenant);
    if (into && is_flat(session))
        row["rotation"] = "merging into " + *into;
    else if (into)
        row["merging_into"] = *into;
    return row;
}

Json progress_json(Session& session, const tenants::RotationResult& progress) {
    auto object = credential_row(session, progress.credential);
    auto one = progress.rotation.id == 0 ? std::nullopt : std::optional(progress.rotation);
    object["rotation"] = rotation_cell(session, session.home_for_writing().store(), one);
    return object;
}

int tell_progress(Session& session, const tenants::RotationResult& progress, bool silent) {
    if (session.format() != OutputFormat::table) print_object(session, progress_json(session, progress));
    return say_progress(session, progress, silent);
}

int say_progress(Session& session, const tenants::RotationResult& progress, bool silent) {
    const auto& rotation = progress.rotation;
    const auto& credential = progress.credential;
    auto name = printable(credential.name);
    auto about = about_tenant(credential.tenant);
    auto note = [&](const std::string& text, const std::string& hint = "") {
        if (!silent || session.globals().verbose) session.note(text, about, hint);
    };
    if (progress.same_key) warn_of_same_key(session, credential.tenant);
    if (progress.waiting) {
        auto trouble = progress.waiting->trouble;
        bool prior_only = rotation.state == Stage::confirmed;
        auto what_to_do = tenants::remedy(trouble, credential.tenant);
        auto later = fmt::format("rekey credential confirm {}", credential.tenant);
        session.warn(fmt::format("{}: '{}' is in use{}: {}", credential.tenant, name,
                                 prior_only ? ", and the prior key is kept" : " but not confirmed",
                                 printable(progress.waiting->what)),
                     about,
                     tenants::is_final(trouble)
                         ? fmt::format("go back: rekey credential rollback {}", credential.tenant)
                     : what_to_do.empty() ? fmt::format("later: {}", later)
                                          : fmt::format("{}\n  then: {}", what_to_do, later));
        return tenants::is_refusal(trouble) ? exit_refused : exit_deferred;
    }
    if (progress.nothing_to_do) {
        note(fmt::format("{}: '{}' is the active credential already", credential.tenant, name));
    } else if (rotation.state == Stage::cut_over) {
        note(fmt::format("{}: '{}' is active, not confirmed by the provider yet", credential.tenant, name),
             fmt::format("with network: rekey credential confirm {}", credential.tenant));
    } else if (rotation.state == Stage::rolled_back) {
        note(fmt::format("{}: '{}' is active again", credential.tenant, name));
    } else if (rotation.prior_destroyed_at) {
        note(fmt::format("{}: '{}' is active, the prior key is destroyed", credential.tenant, name));
    } else if (auto until = tenants::prior_kept_until(rotation)) {
        note(fmt::format("{}: '{}' is active; the prior key is kept until {}", credential.tenant, name,
                         to_rfc3339(*until)));
    } else {
        note(fmt::format("{}: '{}' is active{}", credential.tenant, name,
                         credential.health.last_success ? "" : ", not verified yet"));
    }
    tell_log(session, progress.in_log);
    return exit_done;
}

void warn_of_same_key(const Session& session, const std::string& tenant) {
    session.warn(
        fmt::format("{}: the new credential has the same key as the old one; a key that may be exposed stays in use",
                    tenant),
        about_tenant(tenant), "make a new key at the provider, and rotate to it");
}

void tell_log(const Session& session, bool in_log) {
    if (in_log)
        session.warn(
            "somebody reads the store, so the destroyed key is still in its log; it leaves with the next: "
            "rekey credential confirm --due");
}

}  // namespace rekey::cli
