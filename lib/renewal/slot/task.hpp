#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "issuers/issuer.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::renewal {

/// One slot with what it takes to renew it.
struct Task {
    store::Item item;
    store::Unit unit;
    store::Slot slot;
    std::optional<store::Certificate> in_use;
    policy::Rules rules;
    store::Issuer issuer_record;
    std::shared_ptr<issuers::OpenIssuer> issuer;
    bool keep_mode = false;  ///< a key that all could read stays one
    bool force = false;      ///< whatever the unit holds is overwritten
    /// The roots that everybody in the fleet is to trust.
    std::shared_ptr<const std::vector<Bytes>> trust;
    /// For an item that brings only a chain: somebody wants just that, and no renewal in its place.
    bool chain_asked_for = false;
};

}  // namespace rekey::renewal
