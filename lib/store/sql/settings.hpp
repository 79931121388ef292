#pragma once

#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// `setting` (rekey/store/store.hpp) reads it.
void set_setting(Transaction& transaction, const std::string& name, const std::string& value);
void remove_setting(Transaction& transaction, const std::string& name);

}  // namespace rekey::store
