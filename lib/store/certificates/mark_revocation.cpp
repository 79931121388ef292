#include "store/certificates/mark_revocation.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

void mark_revocation(Transaction& transaction, Id certificate_id) {
    // Few certificates are ever revoked, and the change makes four tables of its own before it looks for a row.
    bool is_revoked = exists(transaction,
                             "SELECT 1 FROM revocations WHERE certificate_id = "
                             "(SELECT coalesce(same_as, id) FROM certificates WHERE id = ?)",
                             certificate_id);
    if (!is_revoked) return;
    change(transaction,
           "UPDATE revocations SET in_use = EXISTS(SELECT 1 FROM certificates c WHERE c.ended_at IS NULL "
           "AND (c.id = certificate_id OR c.same_as = certificate_id)) "
           "WHERE certificate_id = (SELECT coalesce(same_as, id) FROM certificates WHERE id = ?)",
           certificate_id);
}

}  // namespace rekey::store
