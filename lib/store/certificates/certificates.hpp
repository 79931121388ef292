#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Sets `id`. `chain`: DER, leaf first; kept beside the record. A certificate that an issuer of this home signed, and
/// that has a record elsewhere, is recorded as the same as that one. Throws Code::refused when the issuer (of this
/// home) has given its number to another certificate, or the slot has an active one already.
void add_certificate(Transaction& transaction, Certificate& certificate, const std::vector<Bytes>& chain);
void set_certificate_state(Transaction& transaction, Id id, CertificateState state, Time now);
/// With this fingerprint in this slot.
std::optional<Certificate> find_in_slot(Reader& store, Id slot_id, const std::string& fingerprint_sha256);
/// What one of these issuers signed with exactly this number, where it was met first.
std::optional<Certificate> find_signed(Reader& store, const std::string& number, const std::vector<Id>& issuers);

/// A record with the issuer that signed it, known later than it was recorded; the same as an earlier record where
/// there is one of `sharing_key`, the issuers that are one to who verifies. What was foreign in a slot becomes its
/// active certificate, or a superseded one where the slot has another.
void attribute_certificate(Transaction& transaction, Id id, Id issuer, const std::vector<Id>& sharing_key, Time now);
/// Records without an issuer that bear the name of one of the home's; in order of id.
void each_unattributed(Reader& store, const std::function<void(const Certificate&)>& visit);
/// Removes the record of a certificate that no issuer of this home signed, or that has an earlier record, with its
/// chain. False, and nothing happened, when it is the first of one that was signed here, or anything refers to it.
bool forget_certificate(Transaction& transaction, Id id);
/// Puts another chain behind the same leaf (DER, leaf first); when it ends.
ChainEnd replace_chain(Transaction& transaction, Id id, const std::vector<Bytes>& chain);
/// Those of a slot, or of a found place, that have not ended; oldest first.
std::vector<Certificate> certificates_held(Reader& store, Id slot_id);
/// Whether any certificate or reservation has this number.
bool number_known(Reader& store, const std::string& number);
/// Durable with the transaction, before anything is signed with it. Throws Code::refused when known.
void reserve_number(Transaction& transaction, const std::string& number, Id item_id, Time now);

}  // namespace rekey::store
