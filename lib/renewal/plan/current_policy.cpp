#include <fmt/format.h>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

policy::Policy current_policy(store::Reader& store) {
    auto revision = store::policy_in_force(store);
    return revision ? policy_of(*revision) : policy::Policy{};
}

policy::Policy policy_of(const store::PolicyRevision& revision) {
    return policy::Policy::parse(revision.document, fmt::format("policy revision {}", revision.revision));
}

}  // namespace rekey::renewal
