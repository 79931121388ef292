#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"

namespace rekey::store {

/// A connection to the database; only this room knows what is in it.
class Backend;

/// What can be read from: a `Store`, or a `Transaction` in it. Every function that only reads takes one. What is given
/// to an `each_…` may read from the same store, and begins no transaction.
class REKEY_EXPORT Reader {
public:
    /// For this room alone.
    Backend& backend() { return *backend_; }

protected:
    explicit Reader(Backend& backend) : backend_(&backend) {}
    Reader(const Reader&) = default;
    Reader& operator=(const Reader&) = default;
    ~Reader() = default;

private:
    Backend* backend_;
};

class Transaction;

/// A lock that is held until this is destroyed, or the process ends, however that happens.
class Lock {
public:
    virtual ~Lock() = default;
};

/// The database of a home, `rekey.db`: SQLite in WAL mode, `synchronous=FULL`, foreign keys and
/// `secure_delete` on, STRICT tables. Used by one thread at a time; open one for each thread.
///
/// Reading functions take a `Reader&`, which a store is. Writing ones take a `Transaction&`, so none can be called
/// outside of one. All of them speak in the words of the fleet: no SQL type leaves this room.
class REKEY_EXPORT Store : public Reader {
public:
    enum class Mode { read, write };

    /// Makes the file (0600) with the newest schema, or opens it where a crashed `create` left it.
    static Store create(const std::string& path, Time now);

    /// Mode::write brings an older schema up to date, after a backup beside it (`rekey.db.bak-<version>`).
    /// Mode::read works on read-only media and never changes anything.
    /// Throws Code::not_found (no such file), Code::refused (another program's file, or a newer
    /// version's), Code::failed (read-only where writing was asked, or damaged).
    static Store open(const std::string& path, Mode mode, Time now);

    /// For this room alone.
    explicit Store(std::unique_ptr<Backend> backend);
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    bool writable() const;

    /// Calls `change(Transaction&)` in a transaction of its own, commits, and returns what `change` returned; once it
    /// does, that is durable. What `change` throws rolls all of it back. Throws as `Transaction` does.
    ///
    /// `change` is called again, a few times at most, where the database says that another writer was faster; SQLite
    /// never does, as its writers wait for their turn. So it changes nothing outside of the transaction that a second
    /// call would change again: counters and members of the caller, files and messages wait until `write` returned. It
    /// may assign to a variable of the caller what it computes anew each time.
    template <class F>
    auto write(F&& change);
    /// Calls `look(Reader&)` with a snapshot, for several reads that must agree with each other.
    template <class F>
    auto read(F&& look);

    /// Locks by name tell processes of each other: `run/12` is held while that run lives, `sync/3` while the tenant
    /// with that id is synced, `backup` while somebody is at work on the home as a whole. They hold nobody from the
    /// store, belong to the home that was opened, wherever it is moved to, and can be used by several threads, in both
    /// modes.
    ///
    /// Nothing when somebody else has the lock until `patience` is over. A question whether it is held takes it for an
    /// instant, so some patience is never wrong.
    std::unique_ptr<Lock> lock(const std::string& name,
                               std::chrono::milliseconds patience = std::chrono::milliseconds{500}) const;
    bool is_locked(const std::string& name) const;
    /// Removes what a lock left that nobody holds, and nobody takes again.
    void forget_lock(const std::string& name) const;

    /// Moves the write-ahead log into the database and truncates it; false while readers prevent it.
    bool checkpoint();
    /// The database's own integrity and foreign key checks: one line for each problem, none when sound.
    std::vector<std::string> problems();

private:
    /// After attempt number `attempt` has failed; it is rolled back.
    bool may_try_again(int attempt) const;
    std::unique_ptr<Backend> owned_;
};

/// A writing transaction (BEGIN IMMEDIATE): waits up to 30 seconds for other writers, then throws
/// Code::busy. Rolled back unless `commit` returned; once it did, the change is durable.
///
/// `Store::write` is the usual way to one. Make one by hand only where a closure would be in the way: where what is
/// found inside decides that nothing is written (`return` without `commit`), or where something outside of the store
/// has to happen while the transaction holds back other writers.
class REKEY_EXPORT Transaction : public Reader {
public:
    explicit Transaction(Store& store);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

    /// For this room alone: what to change something with. Throws Code::failed when the transaction is over, also when
    /// the database itself rolled it back, as it does when a disk is full.
    Backend& backend_for_change();

private:
    bool done_ = false;
};

/// A snapshot for several reads that must agree with each other. Inside of a transaction or another
/// snapshot it is that one. No transaction begins while it lives. For functions that were given a `Reader` and read
/// more than once; where the store itself is at hand, `Store::read` does the same.
class REKEY_EXPORT Snapshot {
public:
    explicit Snapshot(Reader& store);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Backend& backend_;
    bool mine_ = false;
};

template <class F>
auto Store::write(F&& change) {
    for (int attempt = 1;; ++attempt) {
        try {
            Transaction transaction(*this);
            if constexpr (std::is_void_v<std::invoke_result_t<F&, Transaction&>>) {
                change(transaction);
                transaction.commit();
                return;
            } else {
                auto result = change(transaction);
                transaction.commit();
                return result;
            }
        } catch (const Error&) {
            if (!may_try_again(attempt)) throw;
        }
    }
}

template <class F>
auto Store::read(F&& look) {
    Snapshot snapshot(*this);
    return look(static_cast<Reader&>(*this));
}

/// Single values of the home: `organization`, `last_time`, `default_issuer`, ….
REKEY_EXPORT std::optional<std::string> setting(Reader& store, const std::string& name);
REKEY_EXPORT void set_setting(Transaction& transaction, const std::string& name, const std::string& value);

}  // namespace rekey::store
