#pragma once

namespace rekey::store {

/// The step of the schema that brought slots whose key all users of the unit may use, because that is meant.
inline constexpr const char* key_rights_tables = R"sql(
ALTER TABLE slots ADD COLUMN keeps_mode INTEGER NOT NULL DEFAULT 0 CHECK(keeps_mode IN (0, 1));
)sql";

}  // namespace rekey::store
