#include "store/sqlite/sqlite_statement.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "rekey/base/base.hpp"
#include "store/sqlite/connection.hpp"

namespace rekey::store {

namespace {

Cell read_cell(sqlite3_stmt* statement, int column) {
    Cell cell;
    int type = sqlite3_column_type(statement, column);
    if (type == SQLITE_NULL) return cell;
    if (type == SQLITE_INTEGER || type == SQLITE_FLOAT) {
        cell.kind = Cell::Kind::integer;
        cell.integer = sqlite3_column_int64(statement, column);
        return cell;
    }
    cell.kind = type == SQLITE_TEXT ? Cell::Kind::text : Cell::Kind::bytes;
    // Of a text, too: sqlite3_column_text would make room for a zero at its end.
    auto data = static_cast<const char*>(sqlite3_column_blob(statement, column));
    if (data != nullptr) cell.data = {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    return cell;
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement::SqliteStatement(Connection& connection, std::string_view sql)
    : Statement(sql), connection_(connection) {
    sqlite3_stmt* prepared = nullptr;
    int result = sqlite3_prepare_v2(connection_.database.getHandle(), this->sql().c_str(),
                                    static_cast<int>(this->sql().size()) + 1, &prepared, nullptr);
    statement_.reset(prepared);
    require(result);
    cells_.resize(static_cast<std::size_t>(sqlite3_column_count(prepared)));
}

void SqliteStatement::require(int result) const {
    if (result != SQLITE_OK) connection_.raise(SQLite::Exception(connection_.database.getHandle(), result));
}

void SqliteStatement::bind_null(int parameter) { require(sqlite3_bind_null(statement_.get(), parameter)); }

void SqliteStatement::bind_integer(int parameter, std::int64_t value) {
    require(sqlite3_bind_int64(statement_.get(), parameter, value));
}

void SqliteStatement::bind_text(int parameter, std::string_view value, Life life) {
    // SQLite takes a null pointer for NULL.
    const char* data = value.data() == nullptr ? "" : value.data();
    require(sqlite3_bind_text64(statement_.get(), parameter, data, value.size(),
                                life == Life::lent ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bind_bytes(int parameter, ByteView value) {
    static constexpr std::uint8_t nothing = 0;
    require(sqlite3_bind_blob64(statement_.get(), parameter, value.empty() ? &nothing : value.data(), value.size(),
                                SQLITE_TRANSIENT));
}

bool SqliteStatement::advance() {
    if (done_) return false;
    int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    if (result != SQLITE_DONE) require(result);
    done_ = true;
    return false;
}

std::span<const Cell> SqliteStatement::step() {
    if (!advance()) return {};
    for (std::size_t column = 0; column < cells_.size(); ++column)
        cells_[column] = read_cell(statement_.get(), static_cast<int>(column));
    return cells_;
}

std::int64_t SqliteStatement::run() {
    if (advance()) throw Error(Code::failed, fmt::format("{}: rows where none are", printable(connection_.name())));
    return sqlite3_changes(connection_.database.getHandle());
}

void SqliteStatement::reset() noexcept {
    // The result repeats the error of the last step, which was thrown then.
    sqlite3_reset(statement_.get());
    done_ = false;
}

void SqliteStatement::clear() noexcept {
    reset();
    sqlite3_clear_bindings(statement_.get());
}

}  // namespace rekey::store
