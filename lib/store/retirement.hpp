#pragma once

#include "rekey/store/store.hpp"

namespace rekey::store {

/// The file that an unfinished retirement writes to, until the home is retired: the next attempt removes it.
inline constexpr const char* retiring_setting = "retiring";

/// Throws Code::refused, with where the home went, when it was retired.
void require_not_retired(Reader& store);

void set_retirement(Transaction& transaction, const Retirement& retirement);
void end_retirement(Transaction& transaction);

}  // namespace rekey::store
