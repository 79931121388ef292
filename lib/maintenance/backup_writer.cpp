#include "maintenance/backup_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "home/seal_file.hpp"
#include "maintenance/backup_archive.hpp"
#include "maintenance/home_files.hpp"
#include "rekey/base/base.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/store/store.hpp"
#include "store/audit/audit_chain.hpp"
#include "store/audit/audit_detail.hpp"
#include "store/copy.hpp"
#include "store/tenants/seals.hpp"

namespace rekey::maintenance {

namespace {

constexpr std::chrono::milliseconds backup_lock_patience{2000};
constexpr std::size_t id_size = 16;

/// The copy of the store in the home while it is written out. It is overwritten at the end, as what is destroyed in
/// the store later must not be found in it.
class Copy {
public:
    Copy(Home& home, Folder& folder) : folder_(folder), path_(home.path() + "/" + copy_name) {
        folder_.destroy(copy_name);
        store::copy_to(home.store(), path_);
    }
    ~Copy() {
        try {
            if (!path_.empty()) destroy();
        } catch (const Error&) {
            return;  // the next backup, or `repair`, does it
        }
    }
    Copy(const Copy&) = delete;
    Copy& operator=(const Copy&) = delete;

    void destroy() {
        folder_.destroy(copy_name);
        path_.clear();
    }
    const std::string& path() const { return path_; }

private:
    Folder& folder_;
    std::string path_;
};

/// What a restore would find wrong with it.
void require_sound(const std::string& home, store::Store& copy, Backup& backup) {
    auto problems = copy.problems();
    auto chain = store::verify_audit(copy);
    problems.insert(problems.end(), chain.problems.begin(), chain.problems.end());
    for (const auto& [id, count] : store::sealed_values(copy))
        if (id != backup.seal_key_id)
            problems.push_back(fmt::format("{} sealed with another key, {}", counted(count, "value"), id));
    if (!problems.empty())
        throw Error(Code::refused, fmt::format("{} is damaged: {}", printable(home), problems.front()),
                    "nothing was written; see: rekey doctor");
    backup.audit_entries = chain.entries;
    backup.audit_head = chain.head;
}

/// Checks it, and finds the seal key that belongs to it.
ArchiveHead describe(const Home& home, Folder& folder, const Copy& copy, Secret& seal_key, const Backup& begun) {
    auto store = store::Store::open(copy.path(), store::Store::Mode::read, begun.made_at);
    seal_key = read_seal_file(folder, store::seal_key_id(store));
    ArchiveHead head;
    head.seal_size = seal_key.size();
    head.backup = begun;
    head.backup.organization = store::setting(store, "organization").value_or("");
    head.backup.seal_key_id = to_hex(crypto::SealKey::id_in(seal_key.view()));
    auto written = folder.look(copy_name);
    if (!written) throw Error(Code::failed, fmt::format("{} was removed meanwhile", printable(copy.path())));
    head.backup.store_size = written->size;
    require_sound(home.path(), store, head.backup);
    return head;
}

void write_store(const std::string& path, crypto::SealedWriter& to) {
    auto fail = [&] {
        throw Error(Code::failed,
                    fmt::format("cannot read {}: {}", printable(path), std::generic_category().message(errno)));
    };
    Descriptor from(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!from) fail();
    std::array<std::uint8_t, 1U << 16U> buffer;
    for (;;) {
        auto got = ::read(from.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail();
        if (got == 0) return;
        to.write(ByteView(buffer).first(static_cast<std::size_t>(got)));
    }
}

}  // namespace

std::unique_ptr<store::Lock> lock_for_backup(Home& home) {
    auto lock = home.store().lock("backup", backup_lock_patience);
    if (!lock)
        throw Error(Code::busy, fmt::format("{} is being backed up, or its seal changed", printable(home.path())),
                    "wait until that has ended");
    return lock;
}

std::string new_backup_id() { return to_hex(random_bytes(id_size)); }

void record_backup(store::Transaction& transaction, const std::string& id, const std::string& file,
                   const Stamp& stamp) {
    store::AuditDetail detail{{"backup", id}, {"file", file}};
    store::audit(transaction, stamp, "home.backup", "home", detail);
}

Backup write_backup(Home& home, NewFile& out, Backup backup,  // NOLINT(performance-unnecessary-value-param)
                    const Secret& passphrase) {
    auto folder = open_folder(home.path());
    Copy copy(home, *folder);
    Secret seal_key;
    auto head = describe(home, *folder, copy, seal_key, backup);
    crypto::SealedWriter writer(archive_purpose, passphrase, [&](ByteView sealed) { out.write(sealed); });
    writer.write(view_of(to_line(head)));
    writer.write(seal_key.view());
    write_store(copy.path(), writer);
    writer.finish();
    // While nothing can be seen yet: once there is a backup, nobody makes another only to tidy up.
    copy.destroy();
    return head.backup;
}

}  // namespace rekey::maintenance
