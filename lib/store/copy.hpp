#pragma once

#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// Copies what is committed now into the new file `path` (0600), without what was deleted; others read and write
/// meanwhile. Not synced. Not inside of a transaction.
void copy_to(Reader& store, const std::string& path);

}  // namespace rekey::store
