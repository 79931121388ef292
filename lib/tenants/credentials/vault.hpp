#pragma once

#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::tenants {

/// Bound to tenant, credential and purpose, none of which ever changes.
Bytes seal_key_of(Home& home, const store::Credential& credential, const Secret& pem);
/// Throws Code::refused when the key was destroyed.
Secret open_key_of(Home& home, const store::Credential& credential);

/// `finish_destroying` comes after the transaction.
void destroy_key_of(store::Transaction& transaction, store::Id credential_id);
void note_destroyed_keys(store::Transaction& transaction);

/// Credentials whose keys `key` sealed, by its id, and does not open: damaged ones.
std::vector<std::string> damaged_keys(store::Reader& store, const crypto::SealKey& key);

/// Whether `finish_destroying` has something to do.
bool is_destroying(store::Reader& store);

}  // namespace rekey::tenants
