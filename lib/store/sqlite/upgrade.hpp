#pragma once

#include <span>

#include "rekey/base/base.hpp"
#include "store/sql/schema_step.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/database_file.hpp"

namespace rekey::store {

/// "RKEY": in the header of every database of this program.
constexpr int application_id = 0x524B4559;

/// What a database says of itself.
struct SchemaState {
    int application = 0;
    int version = 0;
    bool empty = false;  ///< without any table: not made, or only begun
};
/// Throws SQLite::Exception.
SchemaState schema_state(SQLite::Database& database);

/// Takes the steps that are missing, each in a transaction with its version; a new database takes all of them in one.
/// Before the first of them an existing database is copied to `rekey.db.bak-<version>`.
void bring_up_to_date(Connection& connection, const DatabaseFile& file, std::span<const SchemaStep> steps, Time now);

}  // namespace rekey::store
