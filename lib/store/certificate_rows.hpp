#pragma once

#include "rekey/store/certificates.hpp"
#include "store/query.hpp"

namespace rekey::store {

/// Of `issuers` and `certificates` alike, as `read_facts` expects them.
std::string facts_columns(std::string_view table);
CertificateFacts read_facts(Query& row);

/// For `certificates c` in `slots s`, as `read_certificate` expects them.
const std::string& certificate_columns();
Certificate read_certificate(Query& row, SlotName slot);

/// For columns that hold a reason or NULL.
std::optional<std::string_view> reason_word(const std::optional<Reason>& reason);
std::optional<Reason> read_reason(Query& row);

/// The row of a certificate above a leaf; made unless it is there.
Id shared_certificate(Store& store, const Bytes& der);

}  // namespace rekey::store
