#include "rekey/home/home.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "base/descriptor.hpp"
#include "base/folder.hpp"
#include "crypto/seal.hpp"
#include "home/seal_file.hpp"
#include "rekey/base/error.hpp"
#include "rekey/base/names.hpp"
#include "rekey/home/seal.hpp"
#include "rekey/store/audit.hpp"
#include "rekey/store/runs.hpp"
#include "rekey/store/seals.hpp"

namespace rekey {

namespace {

constexpr const char* database = "rekey.db";
constexpr const char* runs_folder = "runs";
constexpr std::size_t salt_size = 16;
constexpr auto clock_back = std::chrono::minutes{5};
constexpr auto clock_ahead = std::chrono::days{365};
// A question whether a run lives takes its lock for an instant; the run itself waits that out.
constexpr auto lock_patience = std::chrono::milliseconds{500};

const char* const init_hint = "make one: rekey init";

/// What may stand in a folder that an interrupted `create` left.
bool is_ours(const std::string& name) {
    return name == runs_folder || name.starts_with(seal_file) || name.starts_with(database) ||
           name.starts_with(".seal.key");
}

class HeldFile : public Home::RunLock {
public:
    explicit HeldFile(int descriptor) : descriptor_(descriptor) {}
    ~HeldFile() override { ::close(descriptor_); }
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

private:
    int descriptor_;
};

}  // namespace

struct Home::Impl {
    Impl(std::string where, store::Store opened, AskPassphrase asked)
        : path(std::move(where)), store(std::move(opened)), ask(std::move(asked)) {}

    std::string path;
    store::Store store;
    AskPassphrase ask;
    std::optional<crypto::SealKey> seal_key;

    std::string run_file(std::int64_t id) const { return fmt::format("{}/{}/{}", path, runs_folder, id); }
    /// Opens a run's file; -1 and errno as open has it. A link leads nowhere, in place of the folder as of the file.
    int open_run(std::int64_t id, int flags) const {
        auto folder = fmt::format("{}/{}", path, runs_folder);
        Descriptor runs(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!runs) return -1;
        return ::openat(runs.get(), std::to_string(id).c_str(), flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
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

    // Who has no passphrase to give leaves no half of a home behind.
    std::optional<crypto::SealKey> key;
    auto is_there = [&](const char* name) { return std::filesystem::exists(absolute + "/" + name, failure); };
    if (!is_there(seal_file) && !is_there(next_seal_file) && !is_there(database))
        key.emplace(under_passphrase ? crypto::SealKey::from_passphrase(ask(), random_bytes(salt_size))
                                     : crypto::SealKey::generate());
    auto folder = make_folder(absolute);
    for (const auto& name : folder->names())
        if (!is_ours(name))
            throw Error(Code::refused,
                        fmt::format("{} holds '{}', so it is not made a home", printable(absolute), printable(name)),
                        "name an empty or new folder: rekey --home DIR init");
    folder->make_folder(runs_folder);
    // A change of the seal that was cut short leaves the next one only.
    if (!folder->look(seal_file) && !folder->look(next_seal_file)) {
        if (folder->look(database))
            throw Error(Code::refused, fmt::format("{} has a store but no {}", printable(absolute), seal_file),
                        "put the seal key back from a backup; without it nothing sealed can be opened");
        if (!key) throw Error(Code::busy, fmt::format("{} is being changed", printable(absolute)), "try again");
        replace_file(*folder, seal_file, key->to_text().view());
    }
    folder->sync();

    Home home(std::make_unique<Impl>(absolute, store::Store::create(absolute + "/" + database, stamp.at), ask));
    auto key_id = to_hex(home.seal_key().id());
    auto& store = home.store();
    store::Transaction transaction(store);
    made = !store::setting(store, "created_at");
    if (made) {
        store::set_setting(store, "created_at", to_rfc3339(stamp.at));
        store::set_setting(store, "organization", organization);
        store::set_seal_key_id(store, key_id);
        home.check_clock(stamp.at);
        store::audit(store, stamp, "home.create", "home");
        transaction.commit();
    }
    return home;
}

namespace {

/// Removes what runs left that are recorded as finished, and were killed, or taken over, before they removed it.
void forget_finished_runs(Home& home) {
    for (const auto& name : open_folder(home.path() + "/" + runs_folder)->names()) {
        std::int64_t id = 0;
        auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
        if (error != std::errc{} || end != name.data() + name.size()) continue;
        auto run = store::find_run(home.store(), id);
        if (run && run->finished_at && !home.run_lives(id)) home.forget_run(id);
    }
}

}  // namespace

Home Home::open(const std::string& path, store::Store::Mode mode, Time now, AskPassphrase ask) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored))
        throw Error(Code::failed, fmt::format("there is no home at {}", printable(path)), init_hint);
    auto file = path + "/" + database;
    if (!std::filesystem::exists(file, ignored))
        throw Error(Code::failed, fmt::format("{} is not a home: it has no {}", printable(path), database), init_hint);
    Home home(std::make_unique<Impl>(path, store::Store::open(file, mode, now), std::move(ask)));
    if (mode == store::Store::Mode::write) {
        // The store and its key alone, put back from a backup, are a home as well.
        if (!std::filesystem::exists(path + "/" + runs_folder, ignored)) make_folder(path)->make_folder(runs_folder);
        settle_seal(home);
        forget_finished_runs(home);
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

std::optional<Time> last_time(store::Store& store) {
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

void Home::check_clock(Time now) {
    compare_clock(now);
    auto last = last_time(impl_->store);
    if (!last || now > *last) store::set_setting(impl_->store, last_time_setting, to_rfc3339(now));
}

std::optional<Time> Home::accept_clock(const Stamp& stamp) {
    store::Transaction transaction(impl_->store);
    auto before = last_time(impl_->store);
    store::set_setting(impl_->store, last_time_setting, to_rfc3339(stamp.at));
    store::AuditDetail detail{{"before", before ? to_rfc3339(*before) : ""}};
    store::audit(impl_->store, stamp, "clock.accept", "home", detail);
    transaction.commit();
    return before;
}

std::unique_ptr<Home::RunLock> Home::lock_run(std::int64_t id) {
    auto file = impl_->run_file(id);
    int descriptor = impl_->open_run(id, O_RDWR | O_CREAT);
    if (descriptor < 0) throw Error(Code::failed, fmt::format("{}: {}", printable(file), std::strerror(errno)));
    auto held = std::make_unique<HeldFile>(descriptor);
    auto until = std::chrono::steady_clock::now() + lock_patience;
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            throw Error(Code::failed, fmt::format("{}: cannot be locked: {}", printable(file), std::strerror(errno)));
        if (std::chrono::steady_clock::now() > until) return nullptr;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return held;
}

bool Home::run_lives(std::int64_t id) {
    auto file = impl_->run_file(id);
    int descriptor = impl_->open_run(id, O_RDONLY);
    if (descriptor < 0 && errno == ENOENT) return false;
    if (descriptor < 0) throw Error(Code::failed, fmt::format("{}: {}", printable(file), std::strerror(errno)));
    HeldFile held(descriptor);
    // Shared, so that two who ask do not take each other for the run.
    if (::flock(descriptor, LOCK_SH | LOCK_NB) == 0) return false;
    if (errno == EWOULDBLOCK) return true;
    throw Error(Code::failed, fmt::format("{}: {}", printable(file), std::strerror(errno)));
}

void Home::forget_run(std::int64_t id) {
    auto file = impl_->run_file(id);
    if (::unlink(file.c_str()) != 0 && errno != ENOENT)
        throw Error(Code::failed, fmt::format("{}: {}", printable(file), std::strerror(errno)));
}

}  // namespace rekey
