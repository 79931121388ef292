#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/audit_detail.hpp"
#include "rekey/store/fields.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

/// One change. `hash` = SHA-256 over the previous entry's hash (32 zero bytes for the first) and
/// then seq, at, actor, action, subject and detail, each as its length in 8 bytes, big-endian,
/// followed by its bytes; seq and at as decimal ASCII.
struct AuditEntry {
    std::int64_t seq = 0;  ///< 1, 2, 3, … without gaps
    Time at{};
    std::string actor;
    std::string action;   ///< `certificate.renew`, `unit.add`, …
    std::string subject;  ///< what it was done to: `unit-1/online`
    std::string detail;   ///< a JSON object
    Sha256 hash{};
};
inline constexpr std::tuple audit_fields{
    record_field("seq", &AuditEntry::seq),         record_field("at", &AuditEntry::at),
    record_field("actor", &AuditEntry::actor),     record_field("action", &AuditEntry::action),
    record_field("subject", &AuditEntry::subject), record_field("detail", &AuditEntry::detail),
    record_field("hash", &AuditEntry::hash),
};

/// Appends to the chain, in the transaction of the change that it tells of. Actor and subject are made safe as texts of
/// the detail are.
REKEY_EXPORT void audit(Transaction& transaction, const Stamp& stamp, const std::string& action,
                        const std::string& subject, const AuditDetail& detail = {});

/// How many changes this process has made durable: transactions with an entry of the trail that were committed.
REKEY_EXPORT std::uint64_t changes_made();

REKEY_EXPORT void each_audit(Reader& store, std::int64_t after_seq,
                             const std::function<void(const AuditEntry&)>& visit);

/// When the last entry with that action was made; nothing when there is none.
REKEY_EXPORT std::optional<Time> last_audit(Reader& store, const std::string& action);

/// What a check of the whole chain found; no problems: sound. The head is compared with the one
/// that the store keeps apart, so that entries cut off at the end are noticed too. Whoever can
/// write the database can make a new chain; compare `head` with one noted elsewhere.
struct AuditCheck {
    std::int64_t entries = 0;
    std::string head;  ///< hash of the last entry, hex
    std::vector<std::string> problems;
};
REKEY_EXPORT AuditCheck verify_audit(Reader& store);

}  // namespace rekey::store
