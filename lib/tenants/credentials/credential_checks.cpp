#include "tenants/credentials/credential_checks.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "rekey/store/tenants.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/tenants/credentials.hpp"
#include "store/tenants/payload_entries.hpp"

namespace rekey::tenants {

store::AuditDetail describe(const store::Credential& credential) {
    return {{"tenant", credential.tenant},
            {"uid", credential.uid},
            {"client_id", credential.client_id},
            {"key_id", credential.key_id},
            {"key_fingerprint_sha256", to_hex(credential.key_fingerprint)},
            {"scope", credential.scope},
            {"source", credential.source}};
}

store::Credential get_credential(store::Reader& store, store::Id id) {
    if (auto found = store::find_credential(store, id)) return *found;
    throw Error(Code::not_found, "the credential was removed meanwhile");
}

void accept(store::Transaction& transaction, const DeliveredEntry& delivery, const store::Credential& credential,
            const Stamp& stamp) {
    store::AcceptedEntry entry;
    entry.entry_id = delivery.entry_id;
    entry.version = delivery.version;
    entry.digest = delivery.digest;
    entry.credential_id = credential.id;
    entry.accepted_at = stamp.at;
    store::accept_entry(transaction, entry);
    store::AuditDetail detail{{"tenant", credential.tenant},
                              {"credential", credential.name},
                              {"version", delivery.version},
                              {"digest", to_hex(delivery.digest)}};
    store::audit(transaction, stamp, "payload.accept", delivery.entry_id, detail);
}

void require_free_client_id(store::Reader& store, const std::string& client_id, store::Id tenant_id) {
    auto user = store::active_with_client_id(store, client_id);
    if (!user || user->tenant_id == tenant_id) return;
    throw Error(Code::refused,
                fmt::format("client ID {} is in use already, by credential '{}' of tenant '{}'", client_id,
                            printable(user->name), user->tenant),
                "one client belongs to one tenant; check the client ID");
}

std::string quoted(const std::string& name) {
    if (is_name(name)) return name;
    std::string text = "'";
    for (char c : printable(name)) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

void require_no_merge(store::Reader& store, const store::Tenant& tenant) {
    for (const auto& merge : store::open_merges(store))
        if (merge.from_tenant_id == tenant.id || merge.into_tenant_id == tenant.id)
            throw Error(Code::refused, fmt::format("a merge of tenant '{}' is not finished", tenant.name),
                        "finish it by repeating its command");
}

}  // namespace rekey::tenants
