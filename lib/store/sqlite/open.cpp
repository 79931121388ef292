#include "store/sqlite/open.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <thread>

#include "base/files/folder.hpp"
#include "rekey/base/base.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/upgrade.hpp"

namespace rekey::store {

namespace {

using Mode = Store::Mode;

/// A failure before the file is known to be ours: then it is more likely somebody else's than damaged.
[[noreturn]] void raise_at_opening(const DatabaseFile& file, const SQLite::Exception& failure) {
    int code = failure.getErrorCode() & 0xFF;
    if (code == SQLITE_NOTADB)
        throw Error(Code::refused, fmt::format("{} is not a database of rekey", printable(file.path())),
                    "name another home; if this was one, restore it from a backup");
    if (code == SQLITE_CORRUPT)
        throw Error(Code::failed,
                    fmt::format("{} is damaged, or its medium is: {}", printable(file.path()), failure.what()),
                    "check the medium; if that is sound, restore the folder from a backup");
    raise(file.path(), failure, 0);
}

std::unique_ptr<Connection> connect(const DatabaseFile& file, Mode mode, const std::string& name, int flags) {
    return std::make_unique<Connection>(file.path(), mode, name, flags | SQLITE_OPEN_NOMUTEX);
}

/// SQLite opens lazily; this makes it look into the file.
std::unique_ptr<Connection> connect_and_read(const DatabaseFile& file, const std::string& name, int flags) {
    auto connection = connect(file, Mode::read, name, flags | SQLITE_OPEN_READONLY);
    schema_state(connection->database);
    return connection;
}

std::unique_ptr<Connection> connect_for_reading(const DatabaseFile& file) {
    try {
        return connect_and_read(file, file.path(), 0);
    } catch (const SQLite::Exception& failure) {
        int code = failure.getErrorCode() & 0xFF;
        bool nothing_beside_it = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
        if (!nothing_beside_it || file.folder_is_writable()) raise_at_opening(file, failure);
    }
    // In WAL mode even readers need `-shm` beside the database. Where it cannot be made (a read-only
    // medium, somebody else's folder) the file is read as one that does not change meanwhile; but
    // not without its log.
    if (file.has_log())
        throw Error(Code::failed,
                    fmt::format("{} cannot be read here: its last changes are in {}-wal, and the folder is read-only",
                                printable(file.path()), printable(file.path())),
                    "copy the whole folder to where it can be written, and read it there");
    try {
        return connect_and_read(file, file.immutable_uri(), SQLITE_OPEN_URI);
    } catch (const SQLite::Exception& failure) {
        raise_at_opening(file, failure);
    }
}

std::unique_ptr<Connection> connect_for_writing(const DatabaseFile& file) {
    try {
        auto connection = connect(file, Mode::write, file.path(), SQLITE_OPEN_READWRITE);
        // Until it is known to be ours, closing must not tidy up either.
        sqlite3_db_config(connection->database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        schema_state(connection->database);
        return connection;
    } catch (const SQLite::Exception& failure) {
        raise_at_opening(file, failure);
    }
}

/// Throws unless it is ours, and of a version that we understand (or may go on making).
void check_schema(const DatabaseFile& file, const SchemaState& state, Purpose purpose, int newest) {
    std::string name = printable(file.path());
    bool begun = state.application == 0 && state.version == 0 && state.empty;
    if (begun && purpose == Purpose::create) return;
    if (begun) throw Error(Code::failed, fmt::format("{} was never finished", name), "make the home again");
    if (state.application != application_id || state.version < 1)
        throw Error(Code::refused, fmt::format("{} belongs to another program", name), "name another home");
    if (state.version > newest)
        throw Error(
            Code::refused,
            fmt::format("{} was written by a newer rekey (schema {}; this one knows {})", name, state.version, newest),
            "use that version, or a newer one");
    if (state.version < newest && purpose == Purpose::read)
        throw Error(
            Code::failed,
            fmt::format("{} was written by an older rekey (schema {}; this one reads {})", name, state.version, newest),
            "any command that changes something brings it up to date, after a backup: rekey doctor --repair");
}

/// Whether the log is in use now; what PRAGMA answers when it sets the mode is only what it tried:
/// an I/O error on the way does not show.
bool uses_log(SQLite::Database& database) {
    schema_state(database);
    return database.execAndGet("PRAGMA journal_mode").getString() == "wal";
}

/// Changing the mode needs the file for a moment alone, and SQLite does not wait for that by itself.
void use_log(Connection& connection) {
    using namespace std::chrono;
    auto patience = steady_clock::now() + milliseconds{connection.patience_ms()};
    for (;;) {
        try {
            if (uses_log(connection.database)) return;
            connection.database.exec("PRAGMA journal_mode = WAL");
            if (uses_log(connection.database)) return;
            throw Error(Code::failed, fmt::format("{} cannot be brought into WAL mode", printable(connection.name())),
                        "put the home on a local file system, and check the medium");
        } catch (const SQLite::Exception& failure) {
            bool busy = (failure.getErrorCode() & 0xFF) == SQLITE_BUSY;
            if (!busy || steady_clock::now() > patience) connection.raise(failure);
        }
        std::this_thread::sleep_for(10ms);
    }
}

}  // namespace

std::unique_ptr<Connection> open_database(const std::string& path, Purpose purpose, Time now,
                                          std::span<const SchemaStep> steps) {
    DatabaseFile file(path);
    if (purpose == Purpose::create) file.make();
    file.require_file();
    file.require_own_log();
    if (purpose != Purpose::read) file.require_writable();

    auto connection = purpose == Purpose::read ? connect_for_reading(file) : connect_for_writing(file);
    try {
        check_schema(file, schema_state(connection->database), purpose, static_cast<int>(steps.size()));
    } catch (const SQLite::Exception& failure) {
        raise_at_opening(file, failure);
    }
    // What SQLite puts aside stays out of folders for temporary files, and therefore small: no index
    // is made on the fly, and the cache is 16 MiB at most.
    connection->execute("PRAGMA temp_store = MEMORY; PRAGMA automatic_index = OFF; PRAGMA cache_size = -16384");
    if (purpose == Purpose::read) return connection;

    sqlite3_db_config(connection->database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    use_log(*connection);
    // A batch of imported records fills more than the thousand pages after which SQLite would bring the log into the
    // database: each batch would wait for that as well.
    connection->execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; "
        "PRAGMA wal_autocheckpoint = 4096; PRAGMA journal_size_limit = 67108864");
    bring_up_to_date(*connection, file, steps, now);
    // The names of the database and its log; SQLite syncs only what it made itself.
    if (purpose == Purpose::create) open_folder(file.folder())->sync();
    return connection;
}

}  // namespace rekey::store
