#pragma once

#include <memory>
#include <optional>
#include <string>

#include "rekey/base/export.hpp"
#include "rekey/base/secret.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/store.hpp"

namespace rekey {

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
    /// Code::failed with the way to make one when there is no home.
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

}  // namespace rekey
