#pragma once

namespace rekey::store {

/// The step of the schema that brought reasons of revocations and the numbers of their lists.
extern const char revocation_tables[];

}  // namespace rekey::store
