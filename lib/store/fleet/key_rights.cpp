#include "store/fleet/key_rights.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

bool slot_keeps_mode(Reader& store, Id slot_id) {
    Query query(store, "SELECT keeps_mode FROM slots WHERE id = ?", slot_id);
    return query.next() && query.integer() != 0;
}

void set_slot_keeps_mode(Transaction& transaction, Id slot_id, bool keeps) {
    if (change(transaction, "UPDATE slots SET keeps_mode = ? WHERE id = ?", Id{keeps}, slot_id) == 0)
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

}  // namespace rekey::store
