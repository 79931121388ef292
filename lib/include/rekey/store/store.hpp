// The store of a home: reading, writing, locks, and the audit trail of all changes.
//
// Functions that read take a `Reader`, which a store is. Several reads that must agree with each other share a
// snapshot. Functions with `each_` in their name pass one row at a time, so that memory does not grow with what is
// stored. No function of rekey::store changes the fleet or a tenant: that is for the chapters of units, issuers,
// renewal and tenants, which keep the promises of the home. A `Transaction` is for those of their functions that take
// one.
//
//     home.store().read([](rekey::store::Reader& reader) {
//         rekey::store::each_audit(reader, 0, [](const auto& entry) { std::cout << entry.action << '\n'; });
//     });
//
// A database that cannot be used is Code::failed, damage Code::corrupt, a store that others keep busy Code::busy.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::store {

// Reading and writing
// -------------------

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
    /// with that id is synced, `backup` while somebody is at work on the home as a whole, `notify` while people are
    /// told of what is new. They do not keep others from the store, belong to the home that was opened, wherever it is
    /// moved to, and can be used by several threads, in both modes.
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
    /// A home that was retired takes no change (Code::refused) but the one that ends that.
    enum class InRetired { refuse, allow };
    explicit Transaction(Store& store, InRetired in_retired = InRetired::refuse);
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

/// What rows are known by.
using Id = std::int64_t;

/// Single values of the home: `organization`, `last_time`, `default_issuer`, ….
REKEY_EXPORT std::optional<std::string> setting(Reader& store, const std::string& name);

/// The home went into a backup, to be restored elsewhere, and only is looked at since: every `Transaction` is refused.
struct Retirement {
    std::string backup;  ///< its id
    std::string file;    ///< absolute, on the machine where the home is
    Time at{};
    std::string actor;
    std::string comment;  ///< may be empty
};
/// Nothing while the home is in use.
REKEY_EXPORT std::optional<Retirement> retirement(Reader& store);

// Names
// -----

/// What commands are given by name.
/// A label is `KEY=` while the prefix has no `=`, then `KEY=VALUE`; after a comma (`site=north,`) values follow.
/// A label's key alone has no `=`.
enum class NameKind { unit, slot, type, tenant, credential, issuer, run, policy_revision, label, label_key };

/// Those that are in use now and begin with `prefix`, each once, in order (runs and revisions: the newest first).
/// Nothing that is sealed is read.
REKEY_EXPORT void each_name(Reader& store, NameKind what, const std::string& prefix,
                            const std::function<void(const std::string&)>& visit);

// Lists of fields
// ---------------

// A record is described once, by the list of its fields: a tuple, next to the record. What the store, JSON, CSV and
// archives do with each field follows from the list, in its order.

template <class Value>
constexpr bool may_be_missing = false;
template <class Value>
constexpr bool may_be_missing<std::optional<Value>> = true;

/// `role`: how the field differs from others of the list, in a type of the record's own.
template <auto role_of_field, class Record, class Value>
struct RecordField {
    static constexpr auto role = role_of_field;
    static constexpr bool optional = may_be_missing<Value>;

    const char* name;  ///< of the column
    Value Record::*member;
    const char* shown_as;  ///< of the member in JSON, and in the header of CSV
};

/// `shown_as`: where it differs from `name`.
template <auto role, class Record, class Value>
constexpr RecordField<role, Record, Value> record_field(const char* name, Value Record::*member,
                                                        const char* shown_as = nullptr) {
    return {name, member, shown_as == nullptr ? name : shown_as};
}

/// Of a record whose fields do not differ.
template <class Record, class Value>
constexpr RecordField<nullptr, Record, Value> record_field(const char* name, Value Record::*member) {
    return {name, member, name};
}

/// Where a field of a record is shown: in lists and alone, alone only, or nowhere as it is.
enum class Shown { in_lists, alone, never };

/// Hands each field to `visit`, in the order of the list; by value, so that its role is a constant.
template <class Fields, class Visit>
constexpr void each_field(const Fields& fields, const Visit& visit) {
    std::apply([&](auto... field) { (visit(field), ...); }, fields);
}

template <class Fields>
bool has_field(const Fields& fields, std::string_view name) {
    bool found = false;
    each_field(fields, [&](auto field) { found = found || field.name == name; });
    return found;
}

// The audit trail
// ---------------

/// One change. `hash` = SHA-256 over the previous entry's hash (32 zero bytes for the first) and
/// then seq, at, actor, action, subject and detail, each as its length in 8 bytes, big-endian,
/// followed by its bytes; seq and at as decimal ASCII.
struct AuditEntry {
    std::int64_t seq = 0;  ///< 1, 2, 3, … without gaps
    Time at{};
    std::string actor;
    std::string action;   ///< `certificate.renew`, `unit.add`, …
    std::string subject;  ///< what it was done to: `unit-1/online`
    std::string detail;   ///< a JSON object
    Sha256 hash{};
};
inline constexpr std::tuple audit_fields{
    record_field("seq", &AuditEntry::seq),         record_field("at", &AuditEntry::at),
    record_field("actor", &AuditEntry::actor),     record_field("action", &AuditEntry::action),
    record_field("subject", &AuditEntry::subject), record_field("detail", &AuditEntry::detail),
    record_field("hash", &AuditEntry::hash),
};

/// How many changes this process has made durable: transactions with an entry of the trail that were committed.
REKEY_EXPORT std::uint64_t changes_made();

REKEY_EXPORT void each_audit(Reader& store, std::int64_t after_seq,
                             const std::function<void(const AuditEntry&)>& visit);

/// What history is narrowed to: all that is given has to hold; an empty one keeps everything.
struct REKEY_EXPORT HistoryFilter {
    std::optional<Time> since = {};  ///< at this second, or later
    std::optional<Time> until = {};  ///< before this second
    std::string actor = {};          ///< `alice@host`, or `alice` on any host
    /// By its name. Of the trail: what was done to the unit under that name, or to one of its slots.
    std::string unit = {};
    std::string reason = {};  ///< the word that is recorded: `expiry`, `compromise`, …

    bool is_empty() const;
};
/// The entries after `after_seq` that the filter keeps, in order; found by index, whatever the length of the trail.
/// `expiry` alone, which most renewals have, is looked for in all entries.
REKEY_EXPORT void each_audit(Reader& store, const HistoryFilter& filter, std::int64_t after_seq,
                             const std::function<void(const AuditEntry&)>& visit);

/// When the last entry of the home itself (subject `home`) with that action was made; nothing when there is none.
REKEY_EXPORT std::optional<Time> last_audit(Reader& store, const std::string& action);

/// What a check of the whole chain found; no problems: sound. The head is compared with the one
/// that the store keeps apart, so that entries cut off at the end are noticed too. Anyone who can
/// write the database can make a new chain; compare `head` with one noted elsewhere.
struct AuditCheck {
    std::int64_t entries = 0;
    std::string head;  ///< hash of the last entry, hex
    std::vector<std::string> problems;
    std::int64_t head_seq = 0;  ///< number of the last entry; 0: there is none
};
REKEY_EXPORT AuditCheck verify_audit(Reader& store);

/// The same of a trail in a file, away from its home: entries from the first one on as `audit export` writes them, one
/// a line, each an object with the members of `audit_fields` and no others. Problems name the line. The file has no
/// head kept apart, so that only a hash noted elsewhere tells whether its end is missing. `visit` gets every entry that
/// could be read, sound or not. `-` is standard input. Throws Code::usage for what is no text.
REKEY_EXPORT AuditCheck verify_exported_audit(const std::string& path,
                                              const std::function<void(const AuditEntry&)>& visit = {});

}  // namespace rekey::store
