#include "store/sqlite/upgrade.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>

#include "base/files/folder.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

/// Copies what is committed now; the caller's transaction keeps others from changing it meanwhile.
void back_up(Connection& connection, const DatabaseFile& file, int version) {
    auto name = fmt::format("{}.bak-{}", std::filesystem::path(file.path()).filename().string(), version);
    // Under another name until it is whole: a crash must not leave half a backup that looks like one.
    auto unfinished_name = name + ".new";
    auto unfinished = file.folder() + "/" + unfinished_name;
    remove_file(unfinished);
    make_private_file(unfinished);
    try {
        // SQLite cannot copy from the connection that holds the transaction.
        SQLite::Database reader(file.path(), SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
        SQLite::Statement copy(reader, "VACUUM INTO ?");
        copy.bind(1, unfinished);
        copy.exec();
        replace_by(*open_folder(file.folder()), unfinished_name, name);
    } catch (const SQLite::Exception& failure) {
        remove_file(unfinished);
        connection.raise(failure);
    } catch (...) {
        remove_file(unfinished);
        throw;
    }
}

void take_step(Connection& connection, int version, const SchemaStep& step, Time now) {
    connection.execute(step.sql);
    if (step.then != nullptr) step.then(connection);
    WriteQuery(connection, "INSERT INTO schema_steps(version, applied_at) VALUES(?, ?)", version, now).run();
    // These two take no parameters; both are parts of the transaction.
    connection.execute(fmt::format("PRAGMA application_id = {}", application_id).c_str());
    connection.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
}

}  // namespace

SchemaState schema_state(SQLite::Database& database) {
    SchemaState state;
    state.application = database.execAndGet("PRAGMA application_id").getInt();
    state.version = database.execAndGet("PRAGMA user_version").getInt();
    state.empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt64() == 0;
    return state;
}

void bring_up_to_date(Connection& connection, const DatabaseFile& file, std::span<const SchemaStep> steps, Time now) {
    auto newest = static_cast<int>(steps.size());
    bool backed_up = false;
    try {
        while (schema_state(connection.database).version < newest) {
            connection.begin(Connection::Scope::transaction);
            // Asked again inside, because another process may be doing the same.
            int version = schema_state(connection.database).version;
            bool is_new = version == 0;
            if (!is_new && version < newest && !backed_up) back_up(connection, file, version);
            backed_up = true;
            // A new database has nothing to lose on the way.
            for (int last = is_new ? newest : std::min(version + 1, newest); version < last; ++version)
                take_step(connection, version + 1, steps[static_cast<std::size_t>(version)], now);
            connection.commit();
        }
    } catch (const SQLite::Exception& failure) {
        connection.roll_back();
        connection.raise(failure);
    } catch (...) {
        connection.roll_back();
        throw;
    }
}

}  // namespace rekey::store
