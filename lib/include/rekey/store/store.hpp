#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/bytes.hpp"
#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"

namespace rekey::store {

/// The database of a home, `rekey.db`: SQLite in WAL mode, `synchronous=FULL`, foreign keys and
/// `secure_delete` on, STRICT tables. Used by one thread at a time; open one for each thread.
///
/// Reading functions may be called at any time; writing ones throw Code::failed outside of a
/// `Transaction`. All of them speak in the words of the fleet: no SQL type leaves this room. What is
/// given to an `each_…` may read from the same store, and begins no transaction.
class REKEY_EXPORT Store {
public:
    enum class Mode { read, write };

    /// Makes the file (0600) with the newest schema, or opens it where a crashed `create` left it.
    static Store create(const std::string& path, Time now);

    /// Mode::write brings an older schema up to date, after a backup beside it (`rekey.db.bak-<version>`).
    /// Mode::read works on read-only media and never changes anything.
    /// Throws Code::not_found (no such file), Code::refused (another program's file, or a newer
    /// version's), Code::failed (read-only where writing was asked, or damaged).
    static Store open(const std::string& path, Mode mode, Time now);

    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();

    bool writable() const;

    /// Moves the write-ahead log into the database and truncates it; false while readers prevent it.
    bool checkpoint();
    /// SQLite's own integrity and foreign key checks: one line for each problem, none when sound.
    std::vector<std::string> problems();

    struct Impl;
    Impl& impl() { return *impl_; }

private:
    explicit Store(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// A writing transaction (BEGIN IMMEDIATE): waits up to 30 seconds for other writers, then throws
/// Code::busy. Rolled back unless `commit` returned; once it did, the change is durable.
class REKEY_EXPORT Transaction {
public:
    explicit Transaction(Store& store);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Store::Impl& store_;
    bool done_ = false;
};

/// A snapshot for several reads that must agree with each other. Inside of a transaction or another
/// snapshot it is that one. No transaction begins while it lives.
class REKEY_EXPORT Snapshot {
public:
    explicit Snapshot(Store& store);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Store::Impl& store_;
    bool mine_ = false;
};

/// Single values of the home: `organization`, `last_time`, `default_issuer`, ….
REKEY_EXPORT std::optional<std::string> setting(Store& store, const std::string& name);
REKEY_EXPORT void set_setting(Store& store, const std::string& name, const std::string& value);

}  // namespace rekey::store
