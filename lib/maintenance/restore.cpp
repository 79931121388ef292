#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "base/text/shell_quote.hpp"
#include "crypto/sealing/seal.hpp"
#include "issuers/list_signer.hpp"
#include "issuers/local.hpp"
#include "maintenance/backup_archive.hpp"
#include "maintenance/home_files.hpp"
#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/certificates/revocation_lists.hpp"
#include "store/retirement.hpp"
#include "store/sql/settings.hpp"
#include "tenants/credentials/vault.hpp"

namespace rekey::maintenance {

namespace {

constexpr const char* origin_setting = "restored_from";
constexpr int parent_lock_patience_ms = 1000;

std::string absolute_path(const std::string& path) {
    auto absolute = std::filesystem::absolute(path).lexically_normal().string();
    while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
    return absolute;
}

/// Which backup the home that is there was restored from; nothing when it cannot be said.
std::optional<std::string> origin_of(const std::string& home, Time now) {
    try {
        auto store = store::Store::open(home + "/" + database_name, store::Store::Mode::read, now);
        return store::setting(store, origin_setting);
    } catch (const Error&) {
        return std::nullopt;
    }
}

/// Whether it was restored from this backup before. Throws when anything else is in the way.
bool is_restored(Folder& above, const std::string& file, const std::string& path, const Backup& backup, Time now) {
    auto name = std::filesystem::path(path).filename().string();
    auto entry = above.look(name);
    if (!entry) return false;
    if (entry->kind == FolderEntry::Kind::folder) {
        if (above.open(name)->names().empty()) return false;
        if (origin_of(path, now) == backup.id) return true;
    }
    throw Error(Code::refused, fmt::format("{} is there already, and nothing is restored over it", printable(path)),
                fmt::format("name a new home: rekey --home DIR restore {}", printable(shell_quote(file))));
}

void write_store(const std::string& path, ArchiveReader& archive) {
    auto fail = [&](const char* what) {
        int error = errno;
        throw Error(Code::failed,
                    fmt::format("cannot {} {}: {}", what, printable(path), std::generic_category().message(error)),
                    error == ENOSPC || error == EDQUOT ? "make room, then run the same command again" : "");
    };
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file || ::fchmod(file.get(), 0600) != 0) fail("make");
    archive.store([&](ByteView content) {
        while (!content.empty()) {
            auto written = ::write(file.get(), content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) fail("write");
            content = content.subspan(static_cast<std::size_t>(written));
        }
    });
    if (::fsync(file.get()) != 0) fail("sync");
}

void unpack(Folder& folder, ArchiveReader& archive) {
    auto seal_key = archive.seal_key();
    folder.create("seal.key", seal_key.view());
    write_store(folder.path() + "/" + database_name, archive);
    archive.end();
    folder.make_folder("runs");
    folder.sync();
}

[[noreturn]] void refuse(const std::string& why) {
    throw Error(Code::refused, "the backup is not restored: " + why, "take another backup");
}

/// Opens it as the home that it will be, and says in its trail where it comes from.
void check_and_mark(const std::string& path, const Backup& backup, const AskPassphrase& ask, const Stamp& stamp) {
    auto home = Home::open(path, store::Store::Mode::write, stamp.at, ask);
    auto& store = home.store();
    if (auto problems = store.problems(); !problems.empty()) refuse("its store is damaged: " + problems.front());
    auto chain = store::verify_audit(store);
    if (!chain.problems.empty()) refuse("its trail is broken: " + chain.problems.front());
    if (chain.head != backup.audit_head) refuse("its trail does not end where the backup says");
    auto state = seal_state(home);
    if (state.strange != 0) refuse(counted(state.strange, "value") + " sealed with another key");
    const auto& key = home.seal_key();
    auto damaged = issuers::damaged_keys(store, key);
    for (auto& name : tenants::damaged_keys(store, key)) damaged.push_back(std::move(name));
    if (!damaged.empty()) refuse(fmt::format("the key of '{}' does not open", printable(damaged.front())));

    store.write([&](store::Transaction& transaction) {
        store::set_setting(transaction, origin_setting, backup.id);
        // Of the home that went, not of this one.
        store::remove_setting(transaction, store::retiring_setting);
        store::set_setting(transaction, issuers::restored_at_setting, to_rfc3339(stamp.at));
        store::mark_lists_restored(transaction);
        store::AuditDetail detail{{"backup", backup.id}, {"made_at", to_rfc3339(backup.made_at)}};
        store::audit(transaction, stamp, "home.restore", "home", detail);
    });
    store.checkpoint();
}

}  // namespace

Restored restore(const std::string& file, const std::string& home, const AskPassphrase& ask,
                 const AskPassphrase& ask_home, const Stamp& stamp, const std::function<void(const Backup&)>& agree) {
    ArchiveReader archive(file, ask);
    const auto& backup = archive.head().backup;
    auto path = absolute_path(home);
    std::error_code failure;
    std::filesystem::path place(path);
    std::filesystem::create_directories(place.parent_path(), failure);
    if (failure) throw Error(Code::failed, fmt::format("{}: {}", printable(path), failure.message()));
    auto above = open_folder(place.parent_path().string());
    auto name = place.filename().string();
    // One at a time there: the holder of the lock may remove what an interrupted one left.
    auto lock = above->lock(parent_lock_patience_ms);
    if (!lock)
        throw Error(Code::busy, fmt::format("another restore is at work in {}", printable(above->path())),
                    "wait until that has ended");
    if (is_restored(*above, file, path, backup, stamp.at)) {
        // The one that did it may have been killed before this.
        above->sync();
        return {backup, true};
    }
    if (agree) agree(backup);
    auto unfinished = restoring_name(name);
    destroy_tree(*above, unfinished);
    auto folder = above->make_folder(unfinished);
    auto entry = above->look(unfinished);
    // In a folder where others may make things too.
    if (!entry || entry->owner != ::geteuid() || (entry->mode & 077) != 0)
        throw Error(Code::refused, fmt::format("{}/{} belongs to somebody else", printable(above->path()), unfinished),
                    "name a home in a folder of your own");
    try {
        unpack(*folder, archive);
        check_and_mark(folder->path(), backup, ask_home, stamp);
        folder->sync();
        above->rename(unfinished, *above, name);
    } catch (...) {
        destroy_tree(*above, unfinished);
        throw;
    }
    above->sync();
    return {backup, false};
}

}  // namespace rekey::maintenance
