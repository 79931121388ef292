#include "store/sqlite/connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/sqlite_dialect.hpp"
#include "store/sqlite/sqlite_statement.hpp"

namespace rekey::store {

namespace {

std::string words_for(const SQLite::Exception& failure, int system_error) {
    if (system_error != 0) return fmt::format("{} ({})", failure.what(), std::strerror(system_error));
    return failure.what();
}

/// The folder itself, whatever its path leads to later.
Descriptor open_folder_of(const std::string& path) {
    auto name = std::filesystem::path(path).parent_path().string();
    Descriptor folder(::open(name.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!folder) throw Error(Code::failed, fmt::format("{}: {}", printable(name), std::strerror(errno)));
    return folder;
}

}  // namespace

void raise(const std::string& path, const SQLite::Exception& failure, int system_error) {
    std::string file = printable(path);
    // The lower byte of an extended code is the plain one.
    int code = failure.getErrorCode() & 0xFF;
    if (code == SQLITE_FULL || system_error == ENOSPC || system_error == EDQUOT)
        throw Error(Code::failed, fmt::format("{}: the disk is full; the change was not made", file),
                    "make room there, then repeat the command");
    switch (code) {
        case SQLITE_BUSY:
            throw Error(Code::busy, fmt::format("{}: another program is writing to it", file),
                        "repeat the command when that one has finished");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw Error(Code::corrupt, fmt::format("{} is damaged, or its medium is: {}", file, failure.what()),
                        "check the medium; if that is sound, restore the folder from a backup");
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            throw Error(Code::failed, fmt::format("{} cannot be written: {}", file, words_for(failure, system_error)),
                        "check who owns the file and its folder, and whether the medium is read-only");
        case SQLITE_CANTOPEN:
            throw Error(Code::failed, fmt::format("{} cannot be opened: {}", file, words_for(failure, system_error)),
                        "check who owns the file, its folder, and what lies beside it (-wal, -shm)");
        case SQLITE_IOERR:
            throw Error(Code::failed, fmt::format("{}: {}", file, words_for(failure, system_error)),
                        "check the medium, and the room on it; what was committed before is kept");
        default:
            throw Error(Code::failed, fmt::format("{}: {}", file, failure.what()));
    }
}

Connection::Connection(const std::string& path, Store::Mode mode, const std::string& name, int flags)
    : Backend(path, mode), database(name, flags), locks_(open_folder_of(path)) {
    set_patience(patience_ms_);
    // What is in the file is data: nothing in its schema may run functions with side effects, and
    // no statement may rewrite the schema table.
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

Connection::~Connection() { drop_statements(); }

void Connection::set_patience(int milliseconds) {
    patience_ms_ = milliseconds;
    sqlite3_busy_timeout(database.getHandle(), milliseconds);
}

std::unique_ptr<Statement> Connection::prepare(std::string_view sql) {
    return std::make_unique<SqliteStatement>(*this, sql);
}

const Dialect& Connection::dialect() const {
    static const SqliteDialect dialect;
    return dialect;
}

std::int64_t Connection::last_id() const { return database.getLastInsertRowid(); }

DataVersion Connection::data_version() {
    Query others(*this, "PRAGMA data_version");
    others.next();
    return {others.integer(), sqlite3_total_changes64(database.getHandle())};
}

void Connection::execute(const char* sql) {
    try {
        database.exec(sql);
    } catch (const SQLite::Exception& failure) {
        raise(failure);
    }
}

/// Somebody may have moved the home, and put another in its place.
void Connection::require_in_place() {
    int moved = 0;
    int answer = sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (answer != SQLITE_OK || moved == 0) return;
    throw Error(
        Code::failed,
        fmt::format("{} is not the file any more that this command began with: the home was moved or replaced",
                    printable(name())),
        "what was done before is recorded in the home that was moved; repeat the command for the home you mean");
}

void Connection::begin(Scope scope) {
    execute(scope == Scope::transaction ? "BEGIN IMMEDIATE" : "BEGIN");
    set_begun(scope);
    try {
        if (scope == Scope::transaction)
            require_in_place();
        else
            // SQLite takes a snapshot with the first read only.
            Query(*this, "SELECT count(*) FROM settings WHERE name = ''").next();
    } catch (...) {
        roll_back();
        throw;
    }
}

void Connection::commit() {
    execute("COMMIT");
    set_begun(Scope::none);
}

Connection::Scope Connection::scope() const {
    // Some errors (a full disk, for one) make SQLite roll back on its own.
    return sqlite3_get_autocommit(database.getHandle()) != 0 ? Scope::none : begun();
}

void Connection::roll_back() noexcept {
    // It fails only where SQLite has rolled back already, or does so when the connection closes.
    if (scope() != Scope::none) database.tryExec("ROLLBACK");
    set_begun(Scope::none);
}

bool Connection::is_retryable() const noexcept {
    // There is one writer at a time, and it waited for its turn before it read anything: nobody else is faster.
    return false;
}

std::unique_ptr<Lock> Connection::lock(const std::string& lock_name, std::chrono::milliseconds patience) const {
    return locks_.take(lock_name, patience);
}
bool Connection::is_locked(const std::string& lock_name) const { return locks_.is_held(lock_name); }
void Connection::forget_lock(const std::string& lock_name) const { locks_.forget(lock_name); }

bool Connection::scrub() {
    // Readers may stay for long, and the caller can come back: no waiting for them.
    sqlite3* handle = database.getHandle();
    sqlite3_busy_timeout(handle, 0);
    int result = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    SQLite::Exception failure(handle, result);
    sqlite3_busy_timeout(handle, patience_ms_);
    if (result != SQLITE_OK && result != SQLITE_BUSY) raise(failure);
    return result == SQLITE_OK;
}

std::vector<std::string> Connection::problems() {
    std::vector<std::string> found;
    try {
        Query integrity(*this, "PRAGMA integrity_check");
        while (integrity.next())
            if (auto line = integrity.text(); line != "ok") found.push_back(line);
        Query references(*this, "PRAGMA foreign_key_check");
        while (references.next()) {
            std::string table = references.text();
            auto row = references.optional_integer();
            std::string parent = references.text();
            found.push_back(row ? fmt::format("row {} of {} refers to a missing row of {}", *row, table, parent)
                                : fmt::format("a row of {} refers to a missing row of {}", table, parent));
        }
    } catch (const Error& failure) {
        if (failure.code() != Code::corrupt) throw;
        // Too damaged for the check itself.
        found.push_back(failure.message());
    }
    return found;
}

void Connection::copy_to(const std::string& path) {
    make_private_file(path);
    try {
        WriteQuery(*this, "VACUUM INTO ?", path).run();
    } catch (...) {
        remove_file(path);
        throw;
    }
}

void Connection::raise(const SQLite::Exception& failure) const {
    int code = failure.getErrorCode() & 0xFF;
    bool from_system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL;
    store::raise(name(), failure, from_system ? sqlite3_system_errno(database.getHandle()) : 0);
}

}  // namespace rekey::store
