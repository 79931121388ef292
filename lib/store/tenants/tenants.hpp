#pragma once

#include <string>

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// Throws Code::refused when the name is taken. Sets `id`.
void add_tenant(Transaction& transaction, Tenant& tenant);
/// With its credentials (whose keys are destroyed), rotations, devices, coverage and their history.
/// The audit chain keeps its entries. The only way in which tenant data goes.
void remove_tenant(Transaction& transaction, Id tenant_id);

/// The name of a tenant, for messages; throws Code::not_found.
std::string tenant_text(Reader& store, Id tenant_id);

}  // namespace rekey::store
