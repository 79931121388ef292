#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/chain_end.hpp"
#include "rekey/base/facts.hpp"
#include "rekey/store/units_and_slots.hpp"

namespace rekey::store {

enum class CertificateState { pending, active, superseded, revoked, rejected, foreign };
/// `rotation`: a precaution; `compromise`: others may have the key, so that the old certificate is revoked and its key
/// destroyed.
enum class Reason { expiry, policy, migration, rotation, manual, audit, compromise };

REKEY_EXPORT std::string_view to_string(CertificateState state);
REKEY_EXPORT std::optional<CertificateState> certificate_state(std::string_view text);
REKEY_EXPORT std::string_view to_string(Reason reason);
REKEY_EXPORT std::optional<Reason> reason(std::string_view text);

/// A certificate in the slot that it was made for or found in.
struct Certificate {
    Id id = 0;
    Id slot_id = 0;
    SlotName slot;
    CertificateFacts facts;
    std::optional<Id> issuer_id;  ///< the issuer of this home that signed it; none: no issuer of this home did
    /// The record of the same certificate where it was met first, as in a slot of a unit that was removed. Revoked is
    /// a certificate once, for all its records.
    std::optional<Id> same_as;
    CertificateState state = CertificateState::pending;
    std::optional<Reason> reason;  ///< why it was renewed; none for the first of a slot
    std::string predecessor;       ///< number of the one that it replaced; may be empty
    Time recorded_at{};
    std::string actor;
    std::string comment;
    std::optional<Time> ended_at;  ///< when it stopped being pending, active or foreign
    ChainEnd chain_end;            ///< of it and its recorded chain; kept by `add_certificate`
    bool found = false;            ///< in a place that its unit shows and nobody declared
};

struct CertificateFilter {
    Selection which;             ///< state, issuer and end are those of each certificate
    bool history = false;        ///< also superseded, revoked and rejected ones
    bool removed_units = false;  ///< also those of units that were removed
    bool found = false;          ///< also those in places that units show and nobody declared
};

/// Sets `id`. `chain`: DER, leaf first; kept beside the record. A certificate that an issuer of this home signed, and
/// that has a record elsewhere, is recorded as the same as that one. Throws Code::refused when the issuer (of this
/// home) has given its number to another certificate, or the slot has an active one already.
REKEY_EXPORT void add_certificate(Transaction& transaction, Certificate& certificate, const std::vector<Bytes>& chain);
REKEY_EXPORT void set_certificate_state(Transaction& transaction, Id id, CertificateState state, Time now);
REKEY_EXPORT std::optional<Certificate> find_certificate(Reader& store, Id id);
/// The active one, else the newest foreign one.
REKEY_EXPORT std::optional<Certificate> certificate_in_use(Reader& store, Id slot_id);
/// With this fingerprint in this slot.
REKEY_EXPORT std::optional<Certificate> find_in_slot(Reader& store, Id slot_id, const std::string& fingerprint_sha256);
/// Whose numbers are looked at.
enum class Signers { here, all };
/// By the first digits of the number (either case), at most `limit`, in order of number; each certificate once, where
/// it was met first.
REKEY_EXPORT std::vector<Certificate> find_by_number(Reader& store, const std::string& prefix, int limit,
                                                     Signers signers = Signers::all);
/// What one of these issuers signed with exactly this number, where it was met first.
REKEY_EXPORT std::optional<Certificate> find_signed(Reader& store, const std::string& number,
                                                    const std::vector<Id>& issuers);
/// All records of the same certificate, the first of them first.
REKEY_EXPORT std::vector<Certificate> records_of(Reader& store, Id id);
/// Those that slots of units that are not removed use, or are about to.
REKEY_EXPORT std::vector<Certificate> uses_of(Reader& store, Id id);

/// A record with the issuer that signed it, known later than it was recorded; the same as an earlier record where
/// there is one of `sharing_key`, the issuers that are one to who verifies. What was foreign in a slot becomes its
/// active certificate, or a superseded one where the slot has another.
REKEY_EXPORT void attribute_certificate(Transaction& transaction, Id id, Id issuer, const std::vector<Id>& sharing_key,
                                        Time now);
/// Records without an issuer that bear the name of one of the home's; in order of id.
REKEY_EXPORT void each_unattributed(Reader& store, const std::function<void(const Certificate&)>& visit);
/// Removes the record of a certificate that no issuer of this home signed, or that has an earlier record, with its
/// chain. False, and nothing happened, when it is the first of one that was signed here, or anything refers to it.
REKEY_EXPORT bool forget_certificate(Transaction& transaction, Id id);
/// DER, leaf first.
REKEY_EXPORT std::vector<Bytes> chain_of(Reader& store, Id id);
/// Puts another chain behind the same leaf (DER, leaf first); when it ends.
REKEY_EXPORT ChainEnd replace_chain(Transaction& transaction, Id id, const std::vector<Bytes>& chain);
/// In order of unit, node, type, then oldest first.
REKEY_EXPORT void each_certificate(Reader& store, const CertificateFilter& filter,
                                   const std::function<void(const Certificate&)>& visit);
/// All that a slot ever had, oldest first.
REKEY_EXPORT std::vector<Certificate> history_of(Reader& store, Id slot_id);
/// Whether any certificate or reservation has this number.
REKEY_EXPORT bool number_known(Reader& store, const std::string& number);
/// Durable with the transaction, before anything is signed with it. Throws Code::refused when known.
REKEY_EXPORT void reserve_number(Transaction& transaction, const std::string& number, Id item_id, Time now);

}  // namespace rekey::store
