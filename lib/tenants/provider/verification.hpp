#pragma once

#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// Whether the devices at the provider must be the tenant's.
enum class Organization { check, accept };

/// A token, one page of devices and, when the tenant has devices and none is on that page, up to five of
/// them by id: only when the provider knows none of them it serves another organisation. The tenant's are those
/// that it had before a cut-over that is not confirmed; where it has active ones, inactive ones do not speak for
/// it, as a device may have been given away. Reads the store, never writes.
/// Throws Code::interrupted when the context's stop token ends it.
Verification ask_provider(Context& context, const store::Credential& credential, const Secret& key,
                          Organization organization);

/// How a rotation has to be judged: as its operator said.
Organization organization_of(const store::Rotation& rotation, bool accept_different_organization);

/// As the health of the credential.
void record_health(store::Transaction& transaction, store::Id credential_id, const Verification& verification,
                   Time now);

/// As an exception: Code::refused for what stays until somebody changes something, Code::unreachable for the rest. To
/// `hint`, which says what is so now, it adds what to do about it in `tenant` (empty: it is not there yet).
[[noreturn]] void raise(const Failure& failure, const std::string& tenant, const std::string& hint);

}  // namespace rekey::tenants
