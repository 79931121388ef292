#include "store/certificates/changes.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

std::int64_t trail_end(Reader& store) {
    Query query(store, "SELECT coalesce(max(seq), 0) FROM audit");
    query.next();
    return query.integer();
}

bool was_changed_since(Reader& store, std::int64_t trail_end, const std::string& subject) {
    Query query(
        store,
        "SELECT 1 FROM audit WHERE seq > ?1 AND (subject = ?2 OR substr(subject, 1, length(?2) + 1) = ?2 || '/') "
        "LIMIT 1",
        trail_end, subject);
    return query.next();
}

void require_unchanged(Transaction& transaction, std::int64_t trail_end, const std::string& subject,
                       const std::string& again) {
    if (!was_changed_since(transaction, trail_end, subject)) return;
    throw Error(Code::busy, fmt::format("{} was changed by another command meanwhile", subject),
                fmt::format("nothing of what was seen is recorded; look again: {}", again));
}

}  // namespace rekey::store
