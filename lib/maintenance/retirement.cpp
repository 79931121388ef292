#include "store/retirement.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/files/descriptor.hpp"
#include "base/files/new_file.hpp"
#include "maintenance/backup_archive.hpp"
#include "maintenance/backup_writer.hpp"
#include "maintenance/home_files.hpp"
#include "rekey/base/base.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/store/fleet.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/sql/settings.hpp"

namespace rekey::maintenance {

namespace {

constexpr std::size_t longest_retirement_comment = 4096;

/// Where the backup is whole before the home is retired: beside its place, under a name that is only its own.
std::string waiting_path(const std::string& file, const std::string& backup_id) {
    std::filesystem::path path(file);
    return (path.parent_path() / fmt::format(".{}.retiring-{}", path.filename().string(), backup_id)).string();
}

std::string recordable_path(const std::string& file) {
    auto path = std::filesystem::absolute(file).lexically_normal().string();
    if (printable(path) != path)
        throw Error(Code::usage, fmt::format("'{}' cannot be recorded as where the home went", printable(path)),
                    "give the file a name that is text");
    return path;
}

void require_comment_fits(const std::string& comment) {
    if (comment.size() > longest_retirement_comment || printable(comment) != comment)
        throw Error(Code::usage, fmt::format("'{}' cannot be a comment", printable(comment.substr(0, 40))),
                    fmt::format("one line of UTF-8, {} bytes at most", longest_retirement_comment));
}

/// A run that lives would not be able to record what it does on units.
void require_no_live_run(Home& home, store::Transaction& transaction) {
    for (const auto& run : store::unfinished_runs(transaction))
        if (home.run_lives(run.id))
            throw Error(Code::busy, fmt::format("run {} is at work, so the home is not retired", run.id),
                        "wait until it has ended");
}

/// What an interrupted retirement of this home left. While the caller has the lock, and the home is not retired.
void remove_unfinished(Home& home) {
    auto left = store::setting(home.store(), store::retiring_setting);
    if (left && ::unlink(left->c_str()) != 0 && errno != ENOENT && errno != ENOTDIR)
        throw Error(Code::failed, fmt::format("cannot remove {}, which an interrupted command left: {}",
                                              printable(*left), std::generic_category().message(errno)));
}

/// As a restore would read it.
void read_back(const std::string& file, const Secret& passphrase) {
    ArchiveReader archive(file, [&] { return Secret::copy_of(passphrase.view()); });
    archive.seal_key();
    archive.store([](ByteView) {});
    archive.end();
}

/// The trail still ends where that of the copy does.
void require_unchanged(store::Transaction& transaction, const Backup& backup) {
    auto head = store::setting(transaction, "audit_head").value_or("");
    if (head != fmt::format("{} {}", backup.audit_entries, backup.audit_head))
        throw Error(Code::busy, "the home was changed while it was backed up, so it is not retired",
                    "run the same command again when nothing else is at work");
}

/// Durable on return; nothing happens when it was done before. Not by `replace_by`, which would overwrite what somebody
/// put there since the home was retired. The content is durable: `NewFile::commit` saw to it.
void put_in_place(const std::string& waiting, const std::string& file) {
    std::filesystem::path place(file);
    Descriptor folder(::open(place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    auto from = std::filesystem::path(waiting).filename();
    auto fail = [&] {
        throw Error(Code::failed,
                    fmt::format("the home is retired, but its backup still has the name {}: {}", printable(waiting),
                                std::generic_category().message(errno)),
                    "run the same command again, or rename it yourself");
    };
    if (!folder) fail();
    int renamed = ::renameat2(folder.get(), from.c_str(), folder.get(), place.filename().c_str(), RENAME_NOREPLACE);
    if (renamed != 0 && errno != ENOENT) fail();
    if (::fsync(folder.get()) != 0 && errno != EINVAL) fail();
}

}  // namespace

Backup retire(Home& home, const std::string& file, const Secret& passphrase, const std::string& comment,
              const Stamp& stamp) {
    require_comment_fits(comment);
    auto place = recordable_path(file);
    // Refuses what is no new file, before anything is copied for nothing.
    { NewFile there(place); }
    auto lock = lock_for_backup(home);
    remove_unfinished(home);
    Backup backup;
    backup.id = new_backup_id();
    backup.made_at = stamp.at;
    backup.retires = true;
    auto waiting = waiting_path(place, backup.id);
    home.store().write([&](store::Transaction& transaction) {
        require_no_live_run(home, transaction);
        store::set_setting(transaction, store::retiring_setting, waiting);
        record_backup(transaction, backup.id, file, stamp);
    });
    // What was asked of the database to be made durable may be so, whatever it answers: then the backup stays.
    bool may_be_retired = false;
    try {
        {
            NewFile out(waiting);
            backup = write_backup(home, out, backup, passphrase);
            out.commit();
        }
        read_back(waiting, passphrase);
        home.store().write([&](store::Transaction& transaction) {
            require_no_live_run(home, transaction);
            require_unchanged(transaction, backup);
            store::AuditDetail detail{{"backup", backup.id}, {"file", place}, {"comment", comment}};
            store::audit(transaction, stamp, "home.retire", "home", detail);
            store::remove_setting(transaction, store::retiring_setting);
            store::set_retirement(transaction, {backup.id, place, stamp.at, stamp.actor, comment});
            may_be_retired = true;
        });
    } catch (...) {
        if (!may_be_retired) ::unlink(waiting.c_str());
        throw;
    }
    put_in_place(waiting, place);
    return backup;
}

bool finish_retirement(store::Reader& store, const std::string& file) {
    auto retired = store::retirement(store);
    if (!retired || retired->file != recordable_path(file)) return false;
    put_in_place(waiting_path(retired->file, retired->backup), retired->file);
    return true;
}

store::Retirement unretire(const std::string& home, const Stamp& stamp) {
    auto store = store::Store::open(home + "/" + database_name, store::Store::Mode::write, stamp.at);
    store::Transaction transaction(store, store::Transaction::InRetired::allow);
    auto retired = store::retirement(transaction);
    if (!retired)
        throw Error(Code::refused, fmt::format("{} was not retired", printable(home)), "it can be used as it is");
    store::end_retirement(transaction);
    store::AuditDetail detail{{"backup", retired->backup}, {"file", retired->file}};
    store::audit(transaction, stamp, "home.unretire", "home", detail);
    transaction.commit();
    return *retired;
}

}  // namespace rekey::maintenance
