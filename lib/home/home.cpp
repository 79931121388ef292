#include "rekey/home/home.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "base/files/folder.hpp"
#include "crypto/sealing/seal.hpp"
#include "home/finished_runs.hpp"
#include "home/seal_file.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/retirement.hpp"
#include "store/sql/settings.hpp"
#include "store/tenants/seals.hpp"

namespace rekey {

namespace {

constexpr const char* database = "rekey.db";
constexpr const char* runs_folder = "runs";
constexpr std::size_t salt_size = 16;
constexpr auto clock_back = std::chrono::minutes{5};
constexpr auto clock_ahead = std::chrono::days{365};
constexpr const char* unfinished_seal_file = ".seal.key.new";
constexpr int create_patience_ms = 10000;

const char* const init_hint = "make one: rekey init";

/// What may be in a folder that an interrupted `create` left.
bool is_ours(const std::string& name) {
    return name == runs_folder || name.starts_with(seal_file) || name.starts_with(database) ||
           name.starts_with(".seal.key");
}

std::string lock_of_run(std::int64_t id) { return fmt::format("run/{}", id); }

/// Before the lock is taken, so that a slow start delays nobody. Its name is its own; an interrupted one is removed by
/// the next `create`.
std::string prepare_seal_key(Folder& folder, const AskPassphrase& ask, bool under_passphrase) {
    auto key = under_passphrase ? crypto::SealKey::from_passphrase(ask(), random_bytes(salt_size))
                                : crypto::SealKey::generate();
    auto name = fmt::format("{}-{}", unfinished_seal_file, to_hex(random_bytes(8)));
    folder.create(name, key.to_text().view());
    return name;
}

/// Gives the home its seal key, unless it has one. While the folder is locked.
void place_seal_key(Folder& folder, const std::string& path, const std::string& prepared) {
    bool has_key = folder.look(seal_file) || folder.look(next_seal_file);
    // Without its own key, a store is not made a home of another one.
    if (!has_key && folder.look(database))
        throw Error(Code::refused, fmt::format("{} has a store but no {}", printable(path), seal_file),
                    "put the seal key back from a backup; without it nothing sealed can be opened");
    if (!has_key && prepared.empty())
        throw Error(Code::busy, fmt::format("{}/{} was taken away just now", printable(path), seal_file),
                    "run the same command again");
    if (!has_key) folder.rename(prepared, folder, seal_file);
    for (const auto& name : folder.names())
        if (name.starts_with(unfinished_seal_file)) folder.destroy(name);
    folder.sync();
}

}  // namespace

struct Home::Impl {
    Impl(std::string where, store::Store opened, AskPassphrase asked)
        : path(std::move(where)), store(std::move(opened)), ask(std::move(asked)) {}

    std::string path;
    store::Store store;
    AskPassphrase ask;
    std::optional<crypto::SealKey> seal_key;
};

Home::Home(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Home::Home(Home&&) noexcept = default;
Home& Home::operator=(Home&&) noexcept = default;
Home::~Home() = default;

const std::string& Home::path() const { return impl_->path; }
store::Store& Home::store() { return impl_->store; }

Home Home::create(const std::string& path, const std::string& organization, const Stamp& stamp, bool& made,
                  const AskPassphrase& ask, bool under_passphrase) {
    auto absolute = std::filesystem::absolute(path).lexically_normal().string();
    while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
    std::error_code failure;
    std::filesystem::create_directories(std::filesystem::path(absolute).parent_path(), failure);
    if (failure) throw Error(Code::failed, fmt::format("{}: {}", printable(absolute), failure.message()));

    auto folder = make_folder(absolute);
    for (const auto& name : folder->names())
        if (!is_ours(name))
            throw Error(Code::refused,
                        fmt::format("{} holds '{}', so it is not made a home", printable(absolute), printable(name)),
                        "name an empty or new folder: rekey --home DIR init");
    folder->make_folder(runs_folder);
    // A change of the seal that was cut short leaves the next one only.
    std::string prepared;
    if (!folder->look(seal_file) && !folder->look(next_seal_file) && !folder->look(database))
        prepared = prepare_seal_key(*folder, ask, under_passphrase);
    // Others who make the same home wait here, and find it made. There is no store yet to lock `backup` in: this is
    // the same lock.
    auto lock = folder->lock(create_patience_ms);
    if (!lock) {
        if (!prepared.empty()) folder->destroy(prepared);
        throw Error(Code::busy, fmt::format("another process is at work on {} as a whole", printable(absolute)),
                    "wait until that has ended");
    }
    place_seal_key(*folder, absolute, prepared);

    Home home(std::make_unique<Impl>(absolute, store::Store::create(absolute + "/" + database, stamp.at), ask));
    auto key_id = to_hex(home.seal_key().id());
    auto& store = home.store();
    store::Transaction transaction(store);
    made = !store::setting(store, "created_at");
    if (made) {
        store::set_setting(transaction, "created_at", to_rfc3339(stamp.at));
        store::set_setting(transaction, "organization", organization);
        store::set_seal_key_id(transaction, key_id);
        home.check_clock(transaction, stamp.at);
        store::audit(transaction, stamp, "home.create", "home");
        transaction.commit();
    }
    return home;
}

Home Home::open(const std::string& path, store::Store::Mode mode, Time now, AskPassphrase ask) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored))
        throw Error(Code::failed, fmt::format("there is no home at {}", printable(path)), init_hint);
    auto file = path + "/" + database;
    if (!std::filesystem::exists(file, ignored))
        throw Error(Code::failed, fmt::format("{} is not a home: it has no {}", printable(path), database), init_hint);
    Home home(std::make_unique<Impl>(path, store::Store::open(file, mode, now), std::move(ask)));
    if (mode == store::Store::Mode::write) {
        store::require_not_retired(home.store());
        // The store and its key alone, put back from a backup, are a home as well.
        if (!std::filesystem::exists(path + "/" + runs_folder, ignored)) make_folder(path)->make_folder(runs_folder);
        settle_seal(home);
        for (auto id : finished_runs_in(home, *open_folder(path + "/" + runs_folder))) home.forget_run(id);
    }
    return home;
}

const crypto::SealKey& Home::seal_key() {
    auto id = store::seal_key_id(impl_->store);
    auto& key = impl_->seal_key;
    // Another process may have changed it since.
    if (key && id && to_hex(key->id()) != *id) key.reset();
    while (!key) {
        try {
            auto text = read_seal_file(*open_folder(impl_->path), id);
            key = crypto::SealKey::from_text(text.view(), impl_->ask);
        } catch (const Error&) {
            // Or between the two looks.
            auto before = std::exchange(id, store::seal_key_id(impl_->store));
            if (id == before) throw;
        }
    }
    return *key;
}

namespace {

constexpr const char* last_time_setting = "last_time";

std::optional<Time> last_time(store::Reader& store) {
    auto text = store::setting(store, last_time_setting);
    if (!text) return std::nullopt;
    auto time = from_rfc3339(*text);
    if (!time) throw Error(Code::corrupt, fmt::format("the setting {} is '{}'", last_time_setting, printable(*text)));
    return time;
}

}  // namespace

void Home::compare_clock(Time now) {
    constexpr const char* hint = "set the clock right, or, if it is: rekey doctor --accept-clock";
    if (auto last = last_time(impl_->store)) {
        if (now < *last - clock_back)
            throw Error(
                Code::refused,
                fmt::format("the clock says {}, before the last time seen, {}", to_rfc3339(now), to_rfc3339(*last)),
                hint);
        if (now > *last + clock_ahead)
            throw Error(Code::refused,
                        fmt::format("the clock says {}, more than a year after the last time seen, {}", to_rfc3339(now),
                                    to_rfc3339(*last)),
                        hint);
    }
}

void Home::check_clock(store::Transaction& transaction, Time now) {
    compare_clock(now);
    auto last = last_time(transaction);
    if (!last || now > *last) store::set_setting(transaction, last_time_setting, to_rfc3339(now));
}

std::optional<Time> Home::accept_clock(const Stamp& stamp) {
    return impl_->store.write([&](store::Transaction& transaction) {
        auto before = last_time(transaction);
        store::set_setting(transaction, last_time_setting, to_rfc3339(stamp.at));
        store::audit(transaction, stamp, "clock.accept", "home", {{"before", before ? to_rfc3339(*before) : ""}});
        return before;
    });
}

std::unique_ptr<store::Lock> Home::lock_run(std::int64_t id) { return impl_->store.lock(lock_of_run(id)); }
bool Home::run_lives(std::int64_t id) { return impl_->store.is_locked(lock_of_run(id)); }
void Home::forget_run(std::int64_t id, std::unique_ptr<store::Lock> own) {
    own.reset();
    impl_->store.forget_lock(lock_of_run(id));
}

}  // namespace rekey
