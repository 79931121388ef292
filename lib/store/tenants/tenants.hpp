#pragma once

#include "rekey/store/tenants.hpp"

namespace rekey::store {

/// Throws Code::refused when the name is taken. Sets `id`.
void add_tenant(Transaction& transaction, Tenant& tenant);
/// With its credentials (whose keys are destroyed), rotations, devices, coverage and their history.
/// The audit chain keeps its entries. The only way in which tenant data goes.
void remove_tenant(Transaction& transaction, Id tenant_id);

}  // namespace rekey::store
