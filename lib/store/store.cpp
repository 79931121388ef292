#include "rekey/store/store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "store/audit/audit_rows.hpp"
#include "store/open.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

using Scope = Connection::Scope;

namespace {

/// Somebody may have moved the home, and put another in its place.
void require_in_place(Connection& store) {
    int moved = 0;
    int answer = sqlite3_file_control(store.database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (answer != SQLITE_OK || moved == 0) return;
    throw Error(
        Code::failed,
        fmt::format("{} is not the file any more that this command began with: the home was moved or replaced",
                    printable(store.path)),
        "what was done before is recorded in the home that was moved; repeat the command for the home you mean");
}

}  // namespace

Store::Store(std::unique_ptr<Connection> connection) : Reader(*connection), owned_(std::move(connection)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const std::string& path, Time now) {
    return Store(open_database(path, Purpose::create, now, schema_steps()));
}

Store Store::open(const std::string& path, Mode mode, Time now) {
    return Store(open_database(path, mode == Mode::read ? Purpose::read : Purpose::write, now, schema_steps()));
}

bool Store::writable() const { return owned_->mode == Mode::write; }

bool Store::checkpoint() {
    if (!writable()) throw Error(Code::failed, fmt::format("{} was opened for reading only", printable(owned_->path)));
    if (owned_->scope() != Scope::none)
        throw Error(Code::failed, fmt::format("{}: a checkpoint inside a transaction", printable(owned_->path)));
    // Readers may stay for long, and the caller can come back: no waiting for them.
    sqlite3* handle = owned_->database.getHandle();
    sqlite3_busy_timeout(handle, 0);
    int result = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    SQLite::Exception failure(handle, result);
    sqlite3_busy_timeout(handle, owned_->patience_ms);
    if (result != SQLITE_OK && result != SQLITE_BUSY) owned_->raise(failure);
    return result == SQLITE_OK;
}

std::vector<std::string> Store::problems() {
    std::vector<std::string> found;
    try {
        Query integrity(*owned_, "PRAGMA integrity_check");
        while (integrity.next())
            if (auto line = integrity.text(); line != "ok") found.push_back(line);
        Query references(*owned_, "PRAGMA foreign_key_check");
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

Transaction::Transaction(Store& store) : Reader(store.connection()) {
    auto& connection = store.connection();
    if (connection.mode == Store::Mode::read)
        throw Error(Code::failed, fmt::format("{} was opened for reading only", printable(connection.path)));
    if (connection.begun != Scope::none)
        throw Error(Code::failed, fmt::format("{}: a transaction inside another", printable(connection.path)));
    connection.execute("BEGIN IMMEDIATE");
    connection.begun = Scope::transaction;
    try {
        require_in_place(connection);
    } catch (...) {
        connection.roll_back();
        throw;
    }
}

Transaction::~Transaction() {
    if (done_) return;
    connection().roll_back();
    count_changes(false);
}

void Transaction::commit() {
    if (done_) throw Error(Code::failed, fmt::format("{}: committed twice", printable(connection().path)));
    auto& connection = connection_for_change();
    connection.execute("COMMIT");
    connection.begun = Scope::none;
    done_ = true;
    count_changes(true);
}

Connection& Transaction::connection_for_change() {
    auto& connection = this->connection();
    if (done_)
        throw Error(Code::failed, fmt::format("{}: a change outside of a transaction", printable(connection.path)));
    if (connection.scope() == Scope::none)
        throw Error(Code::failed, fmt::format("{}: the transaction has been rolled back", printable(connection.path)));
    return connection;
}

Snapshot::Snapshot(Reader& store) : connection_(store.connection()) {
    // Whatever is under way already is one.
    if (connection_.begun != Scope::none) return;
    connection_.execute("BEGIN");
    connection_.begun = Scope::snapshot;
    mine_ = true;
    try {
        // SQLite takes it with the first read only.
        Query(connection_, "SELECT count(*) FROM settings WHERE name = ''").next();
    } catch (...) {
        connection_.roll_back();
        throw;
    }
}

Snapshot::~Snapshot() {
    if (mine_) connection_.roll_back();
}

std::optional<std::string> setting(Reader& store, const std::string& name) {
    Query query(store, "SELECT value FROM settings WHERE name = ?", name);
    if (!query.next()) return std::nullopt;
    return query.text();
}

void set_setting(Transaction& transaction, const std::string& name, const std::string& value) {
    change(transaction,
           "INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
           name, value);
}

}  // namespace rekey::store
