#include "store/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"

namespace rekey::store {

namespace {

std::string words_for(const SQLite::Exception& failure, int system_error) {
    if (system_error != 0) return fmt::format("{} ({})", failure.what(), std::strerror(system_error));
    return failure.what();
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

Connection::Connection(std::string path_, Store::Mode mode_, const std::string& name, int flags)
    : path(std::move(path_)), mode(mode_), database(name, flags) {
    set_patience(patience_ms);
    // What lies in the file is data: nothing in its schema may run functions with side effects, and
    // no statement may rewrite the schema table.
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
}

void Connection::set_patience(int milliseconds) {
    patience_ms = milliseconds;
    sqlite3_busy_timeout(database.getHandle(), milliseconds);
}

std::unique_ptr<SQLite::Statement> Connection::take(std::string_view sql) {
    auto found = idle_.find(sql);
    if (found != idle_.end() && !found->second.empty()) {
        auto statement = std::move(found->second.back());
        found->second.pop_back();
        return statement;
    }
    try {
        return std::make_unique<SQLite::Statement>(database, std::string(sql));
    } catch (const SQLite::Exception& failure) {
        raise(failure);
    }
}

void Connection::give_back(std::unique_ptr<SQLite::Statement> statement) noexcept {
    try {
        // The result repeats the error of the last step, which was thrown then.
        statement->tryReset();
        statement->clearBindings();
        idle_[statement->getQuery()].push_back(std::move(statement));
    } catch (...) {
        return;  // not kept: finalized here and prepared again when it is needed
    }
}

void Connection::execute(const char* sql) {
    try {
        database.exec(sql);
    } catch (const SQLite::Exception& failure) {
        raise(failure);
    }
}

Connection::Scope Connection::scope() const {
    // Some errors (a full disk, for one) make SQLite roll back on its own.
    return sqlite3_get_autocommit(database.getHandle()) != 0 ? Scope::none : begun;
}

void Connection::roll_back() noexcept {
    // It fails only where SQLite has rolled back already, or does so when the connection closes.
    if (scope() != Scope::none) database.tryExec("ROLLBACK");
    begun = Scope::none;
}

void Connection::raise(const SQLite::Exception& failure) const {
    int code = failure.getErrorCode() & 0xFF;
    bool from_system = code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_FULL;
    store::raise(path, failure, from_system ? sqlite3_system_errno(database.getHandle()) : 0);
}

}  // namespace rekey::store
