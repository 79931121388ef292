#pragma once

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// Whether the devices at the provider must be the tenant's.
enum class Organization { check, accept, ignore };

/// A token, one page of devices and, when the tenant has devices and none is on that page, up to five of
/// them by id: only when the provider knows none of them it serves another organisation. Reads the
/// store, never writes.
Verification ask_provider(Context& context, const store::Credential& credential, const Secret& key,
                          Organization organization);

/// In a transaction: as the health of the credential.
void record_health(store::Store& store, store::Id credential_id, const Verification& verification, Time now);

/// As an exception: Code::refused for an answer that is final, Code::unreachable for one that is not.
[[noreturn]] void raise(const Failure& failure, const std::string& hint);

}  // namespace rekey::tenants
