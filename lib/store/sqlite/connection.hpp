#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// What SQLite said, as an Error that names the file. `system_error` is the errno behind it, or 0.
[[noreturn]] void raise(const std::string& path, const SQLite::Exception& failure, int system_error);

/// One connection with its prepared statements.
struct Connection {
    /// What is under way; a transaction or snapshot that SQLite itself ended is none.
    enum class Scope { none, snapshot, transaction };

    /// `name` is what SQLite opens: `path`, or a `file:` URI for it. Throws SQLite::Exception.
    Connection(std::string path, Store::Mode mode, const std::string& name, int flags);

    /// A statement ready to be bound; prepared only when all others of this text are in use.
    std::unique_ptr<SQLite::Statement> take(std::string_view sql);
    void give_back(std::unique_ptr<SQLite::Statement> statement) noexcept;

    void set_patience(int milliseconds);

    /// SQL without parameters and results.
    void execute(const char* sql);
    Scope scope() const;
    void roll_back() noexcept;
    [[noreturn]] void raise(const SQLite::Exception& failure) const;

    const std::string path;
    const Store::Mode mode;
    SQLite::Database database;
    int patience_ms = 30'000;  ///< how long a writer waits for another
    Scope begun = Scope::none;

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    // After `database`, so that statements are gone before it is closed.
    std::unordered_map<std::string, std::vector<std::unique_ptr<SQLite::Statement>>, Hash, std::equal_to<>> idle_;
};

}  // namespace rekey::store
