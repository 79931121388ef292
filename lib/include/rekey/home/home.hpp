// The home: the folder with the store, the seal key and the locks. Everything begins with opening it.
//
// `Home::create` makes one, and finishes what a crashed call left; `Home::open` opens it. Who opens a home for writing
// calls `attribute_certificates` next. A home belongs to one thread.
//
//     bool made = false;
//     auto home = rekey::Home::create("/srv/rekey", "Example Ltd", stamp, made);
//     home = rekey::Home::open("/srv/rekey", rekey::store::Store::Mode::write, stamp.at);
//     rekey::attribute_certificates(home, stamp);
//
// No home, or one that cannot be opened, is Code::failed; a clock that jumped, a wrong passphrase, and a folder with
// something else in it are Code::refused.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"

namespace rekey {

// The home
// --------

namespace crypto {
class SealKey;
}

/// The folder where everything lives: `rekey.db`, `seal.key`, `runs/`.
class REKEY_EXPORT Home {
public:
    /// Makes the folder (0700), the seal key (0600) and the store; finishes what a crashed call
    /// left. A folder that holds anything else is refused. `made`: false when all was there. With
    /// `under_passphrase` a new home is put under the one that `ask` returns.
    static Home create(const std::string& path, const std::string& organization, const Stamp& stamp, bool& made,
                       const AskPassphrase& ask = {}, bool under_passphrase = false);

    /// `ask` is called once, when a home that is under a passphrase has to open a secret. Throws
    /// Code::failed with the way to make one when there is no home. Mode::write: throws Code::refused when the home was
    /// retired (store::Retirement).
    static Home open(const std::string& path, store::Store::Mode mode, Time now, AskPassphrase ask = {});

    Home(Home&&) noexcept;
    Home& operator=(Home&&) noexcept;
    ~Home();

    const std::string& path() const;
    store::Store& store();
    /// Read at first use, and again when the seal was changed. The reference is good until the next call.
    const crypto::SealKey& seal_key();

    /// Refuses (Code::refused) when `now` is more than 5 minutes before, or a year after, the last
    /// time seen. Reading never asks.
    void compare_clock(Time now);
    /// The same, and remembers `now`, in a transaction of this home's store; renewals ask first.
    void check_clock(store::Transaction& transaction, Time now);
    /// Takes `now` for right, audited. Returns the last time seen until then.
    std::optional<Time> accept_clock(const Stamp& stamp);

    /// What a run holds while it lives, the lock `run/<id>` of the store. Nothing when somebody else has it: that run
    /// lives.
    std::unique_ptr<store::Lock> lock_run(std::int64_t id);
    bool run_lives(std::int64_t id);
    /// Removes what is left of the lock of a run that is recorded as finished. `own`: the caller's lock of it, which is
    /// given back first, as only what nobody holds is removed.
    void forget_run(std::int64_t id, std::unique_ptr<store::Lock> own = nullptr);

private:
    struct Impl;
    explicit Home(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Certificates whose issuer came later
// ------------------------------------

/// Looks again at what was recorded as signed elsewhere, when the home has issuers that were not there at the last
/// look, or a version that did not look recorded it: what an issuer of this home signed becomes its certificate, with
/// an entry of the trail for each. Returns how many. Call it first after opening a home for writing.
REKEY_EXPORT int attribute_certificates(Home& home, const Stamp& stamp);

// The seal
// --------

/// How the secrets of a home are sealed.
struct SealState {
    std::string key_id;             ///< upper-case hex
    bool under_passphrase = false;  ///< false: the key itself is in `seal.key`
    std::int64_t values = 0;        ///< secrets that are sealed: keys of issuers and of credentials
    std::int64_t strange = 0;       ///< of these, with another key; 0 unless something is broken
};

/// Asks for no passphrase. Throws Code::failed when the file with the seal key is not there.
REKEY_EXPORT SealState seal_state(Home& home);

/// Opens every sealed value of the store with `from` and stores it sealed with `to`.
using Reseal =
    std::function<void(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to)>;

/// Seals everything with a new key: one that follows from `passphrase`, or without one a random key in
/// `seal.key`. `reseal` has to reach all sealed values; when one is left, Code::corrupt is thrown and nothing
/// has changed. After a crash at any instant the old key or the new one belongs to all values, and the
/// file that the store names is there; the next writer finishes what is left. The old key is
/// destroyed. False when what was sealed with it may still be in the write-ahead log, because
/// readers keep it: `settle_seal` later.
REKEY_EXPORT bool change_seal(Home& home, const std::optional<Secret>& passphrase, const Stamp& stamp,
                              const Reseal& reseal);

/// Finishes a change that was interrupted after the store had taken it. False as above.
REKEY_EXPORT bool settle_seal(Home& home);

// Files for others
// ----------------

/// Replaces the file at `path` by `content`, readable by all: whoever reads it finds the old one or the new one,
/// also after a crash. Durable on return. One caller at a time for one file. Throws Code::usage where no file can be at
/// `path`.
REKEY_EXPORT void replace_public_file(const std::string& path, ByteView content);

}  // namespace rekey
