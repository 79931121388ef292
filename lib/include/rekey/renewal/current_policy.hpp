#pragma once

#include "rekey/policy/document.hpp"
#include "rekey/store/policy_revisions.hpp"

namespace rekey::renewal {

/// The policy in force: the newest revision that was loaded into the home; without any, the built-in policy.
/// Throws Code::usage when this version does not know what a newer one loaded.
REKEY_EXPORT policy::Policy current_policy(store::Reader& store);
/// What one revision says; throws as `current_policy` does.
REKEY_EXPORT policy::Policy policy_of(const store::PolicyRevision& revision);

}  // namespace rekey::renewal
