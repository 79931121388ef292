#include "crypto/sealing/seal.hpp"

#include <fmt/format.h>

#include "home/seal.hpp"
#include "home/seal_file.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/sql/settings.hpp"
#include "store/tenants/seals.hpp"

namespace rekey {

namespace {

constexpr std::size_t passphrase_salt_size = 16;
constexpr std::chrono::milliseconds no_patience{0};
// Set with the change, taken away after the log is empty: a crash between the two is noticed.
constexpr const char* pending_setting = "old_seal_in_log";

crypto::SealKey make_key(const std::optional<Secret>& passphrase) {
    if (!passphrase) return crypto::SealKey::generate();
    return crypto::SealKey::from_passphrase(*passphrase, random_bytes(passphrase_salt_size));
}

bool is_pending(store::Reader& store) { return store::setting(store, pending_setting).value_or("") == "1"; }

/// While the folder is locked.
bool settle(Home& home, Folder& folder) {
    auto& store = home.store();
    auto id = store::seal_key_id(store);
    if (!id) return true;
    settle_seal_file(folder, *id);
    if (!is_pending(store)) return true;
    if (!store.checkpoint()) return false;
    store.write([&](store::Transaction& transaction) { store::set_setting(transaction, pending_setting, ""); });
    return true;
}

}  // namespace

SealState seal_state(Home& home) {
    auto folder = open_folder(home.path());
    auto text = read_seal_file(*folder, store::seal_key_id(home.store()));
    SealState state;
    state.key_id = to_hex(crypto::SealKey::id_in(text.view()));
    state.under_passphrase = crypto::SealKey::needs_passphrase(text.view());
    for (const auto& [id, count] : store::sealed_values(home.store())) {
        state.values += count;
        if (id != state.key_id) state.strange += count;
    }
    return state;
}

bool change_seal(Home& home, const std::optional<Secret>& passphrase, const Stamp& stamp, const Reseal& reseal) {
    auto& store = home.store();
    auto folder = open_folder(home.path());
    // One at a time: the next key's file has one name.
    auto lock = store.lock("backup", no_patience);
    if (!lock)
        throw Error(Code::busy, fmt::format("{} is being backed up, or its seal changed", home.path()),
                    "wait until that has ended");
    settle(home, *folder);
    const auto& from = home.seal_key();
    auto to = make_key(passphrase);
    auto id = to_hex(to.id());
    stage_seal_file(*folder, to);

    store.write([&](store::Transaction& transaction) {
        home.check_clock(transaction, stamp.at);
        store::set_seal_key_id(transaction, id);
        reseal(transaction, from, to);
        for (const auto& [other, count] : store::sealed_values(transaction))
            if (other != id)
                throw Error(
                    Code::corrupt,
                    fmt::format("{} with key {} could not be sealed with the new one", counted(count, "value"), other),
                    "restore the home from a backup");
        store::set_setting(transaction, pending_setting, "1");
        store::AuditDetail detail{
            {"old", to_hex(from.id())}, {"new", id}, {"under_passphrase", to.is_under_passphrase()}};
        store::audit(transaction, stamp, "seal.change", "home", detail);
    });
    return settle(home, *folder);
}

bool is_settled(Home& home) { return !open_folder(home.path())->look(next_seal_file) && !is_pending(home.store()); }

bool settle_seal(Home& home) {
    if (is_settled(home)) return true;
    auto folder = open_folder(home.path());
    auto lock = home.store().lock("backup", no_patience);
    return lock && settle(home, *folder);
}

}  // namespace rekey
