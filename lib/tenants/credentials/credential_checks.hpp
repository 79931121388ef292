#pragma once

#include <string>

#include "rekey/tenants/credentials.hpp"
#include "store/audit/audit_detail.hpp"

namespace rekey::tenants {

/// What an audit entry says of a credential; no secrets.
store::AuditDetail describe(const store::Credential& credential);

/// Throws Code::not_found when it was removed.
store::Credential get_credential(store::Reader& store, store::Id id);

/// Remembers that an entry was taken over, with its own audit entry.
void accept(store::Transaction& transaction, const DeliveredEntry& delivery, const store::Credential& credential,
            const Stamp& stamp);

/// Throws Code::refused when another tenant's active credential has this client ID.
void require_free_client_id(store::Reader& store, const std::string& client_id, store::Id tenant_id);

/// Throws Code::refused when the tenant is part of a merge that is not finished.
void require_no_merge(store::Reader& store, const store::Tenant& tenant);

/// For a command in a hint: a name that has spaces in quotes.
std::string quoted(const std::string& name);

}  // namespace rekey::tenants
