#pragma once

#include <cstdint>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// The place of the trail's last entry. Who looks first and writes later takes it before looking.
std::int64_t trail_end(Reader& store);

/// Whether an entry after `trail_end` is about `subject`, or about a part of it, as `unit-1/online` is of `unit-1`.
bool was_changed_since(Reader& store, std::int64_t trail_end, const std::string& subject);

/// Code::busy when it was. Within the transaction that writes what was seen.
void require_unchanged(Transaction& transaction, std::int64_t trail_end, const std::string& subject,
                       const std::string& again);

}  // namespace rekey::store
