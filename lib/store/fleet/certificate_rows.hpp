#pragma once

#include "rekey/store/fleet.hpp"
#include "store/fleet/certificate_fields.hpp"
#include "store/sql/field_list.hpp"

namespace rekey::store {

void read_field(Query& row, CertificateState& state);
void read_field(Query& row, Reason& reason);

/// For `certificates c` in `slots s`, as `read_certificate` expects them.
const std::string& certificate_columns();
/// The same, with nothing in the place of SANs, usages and details, so that they are not read.
const std::string& certificate_columns_without_details();
Certificate read_certificate(Query& row, SlotName slot);

/// Beside each certificate, which of those above it ends before it, and when. Conditions on `certificates` follow.
constexpr std::string_view note_chain_ends =
    "UPDATE certificates SET (chain_end, chain_end_id) = (SELECT d.not_after, d.id FROM certificate_chains h "
    "JOIN chain_certificates d ON d.id = h.chain_certificate_id WHERE h.certificate_id = certificates.id "
    "AND d.not_after < certificates.not_after ORDER BY d.not_after, h.position LIMIT 1) ";

/// The row of a certificate above a leaf; made unless it is there.
Id shared_certificate(Transaction& transaction, const Bytes& der);

}  // namespace rekey::store
