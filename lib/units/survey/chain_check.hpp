#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"

/// Whether the chain that a slot shows holds. Needs no store, so that threads which ask units can do it.
namespace rekey::units {

/// What the record says of the certificate that a slot shows, as far as the chain has to prove less or more for it.
struct RecordedLeaf {
    /// Of this home; it signed the certificate, which was verified when these bytes were recorded as its own.
    std::optional<store::Id> issuer;
    bool active = false;
    bool operator==(const RecordedLeaf&) const = default;
};
RecordedLeaf recorded_leaf(const std::optional<store::Certificate>& known);

/// How a chain is judged.
struct ChainTerms {
    RecordedLeaf recorded;
    std::shared_ptr<const Bytes> issuer_key;  ///< SubjectPublicKeyInfo of the issuer; null where it cannot be read
    Signatures signatures = Signatures::all;
    Time now{};
};

/// What is wrong with a chain, and by which record it was judged.
struct ChainVerdict {
    RecordedLeaf recorded;
    std::string defect;  ///< empty: nothing
};

/// `chain`: DER, leaf first. Of what this home made, all up to the root has to hold; of anything else, each certificate
/// has to be signed by the next. That the leaf has expired does not count.
ChainVerdict check_shown_chain(const std::vector<Bytes>& chain, const CertificateFacts& leaf, const ChainTerms& terms);

}  // namespace rekey::units
