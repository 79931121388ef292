#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rekey/store/store.hpp"
#include "store/sql/statement.hpp"

namespace rekey::store {

class Dialect;

/// Which state of the database a connection sees: as long as it is the same, no row has changed.
struct DataVersion {
    std::int64_t of_others = 0;  ///< changes when another connection has committed
    std::int64_t own = 0;        ///< changes with each row that this connection writes
    bool operator==(const DataVersion&) const = default;
};

/// One connection to a database: all that the tables' code needs of one. Another kind of database is another folder
/// beside `sqlite/` with a class that implements this, and a `Dialect`. Used by one thread at a time.
///
/// Everything throws Error: Code::busy where others kept us waiting too long, Code::corrupt where the database is
/// damaged, Code::failed otherwise.
class Backend {
public:
    /// What is under way.
    enum class Scope { none, snapshot, transaction };

    virtual ~Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;

    /// What messages call the database.
    const std::string& name() const { return name_; }
    Store::Mode mode() const { return mode_; }

    /// A statement ready to be bound; prepared only when all others of this text are in use. Its parameters are `?`, or
    /// `?1`, `?2`, …, where one is used more than once.
    std::unique_ptr<Statement> take(std::string_view sql);
    void give_back(std::unique_ptr<Statement> statement) noexcept;
    /// How to say what standard SQL does not.
    virtual const Dialect& dialect() const = 0;
    /// The id of the row that was inserted last.
    virtual std::int64_t last_id() const = 0;
    /// Of the snapshot or transaction that is under way; without one, of this moment.
    virtual DataVersion data_version() = 0;

    /// A writing transaction waits for other writers, and is refused where the database was moved away or replaced. A
    /// snapshot shows what is committed at its beginning.
    virtual void begin(Scope scope) = 0;
    virtual void commit() = 0;
    virtual void roll_back() noexcept = 0;
    /// What was begun, by this program's account.
    Scope begun() const { return begun_; }
    /// The same; none where the database has ended it on its own, as for a full disk.
    virtual Scope scope() const = 0;
    /// All settings, as the transaction that is under way left them so far; nothing before they were asked for in it.
    std::optional<std::map<std::string, std::string>>& known_settings() { return known_settings_; }
    /// Whether the last failure was only that another writer was faster, so that the same transaction may succeed from
    /// its beginning.
    virtual bool is_retryable() const noexcept = 0;

    /// As `Store::lock`, `is_locked` and `forget_lock`; for several threads.
    virtual std::unique_ptr<Lock> lock(const std::string& name, std::chrono::milliseconds patience) const = 0;
    virtual bool is_locked(const std::string& name) const = 0;
    virtual void forget_lock(const std::string& name) const = 0;

    /// Removes what was overwritten or deleted from wherever the database keeps it besides; false while readers prevent
    /// that.
    virtual bool scrub() = 0;
    /// The database's own checks: one line for each problem.
    virtual std::vector<std::string> problems() = 0;
    /// As `store::copy_to`.
    virtual void copy_to(const std::string& path) = 0;

protected:
    Backend(std::string name, Store::Mode mode);
    virtual std::unique_ptr<Statement> prepare(std::string_view sql) = 0;
    void set_begun(Scope scope) {
        begun_ = scope;
        known_settings_.reset();
    }
    /// For the destructor of a connection: its statements go first.
    void drop_statements() noexcept { idle_.clear(); }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    const std::string name_;
    const Store::Mode mode_;
    Scope begun_ = Scope::none;
    std::optional<std::map<std::string, std::string>> known_settings_;
    std::unordered_map<std::string, std::vector<std::unique_ptr<Statement>>, Hash, std::equal_to<>> idle_;
};

}  // namespace rekey::store
