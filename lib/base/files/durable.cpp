#include "base/files/durable.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "base/files/system_call.hpp"

namespace rekey {

namespace {

/// One syncfs of a file system, for all who asked before it began.
struct SyncRound {
    bool begun = false;
    bool over = false;
    int error = 0;
};

/// The syncs of one file system.
class SharedSync {
public:
    /// Returns the error, 0 for none, of a sync that began after the call.
    int sync(int fd) {
        std::unique_lock lock(mutex_);
        auto round = next_;
        while (!round->over) {
            if (round->begun || running_)
                ended_.wait(lock);
            else
                lead(*round, fd, lock);
        }
        return round->error;
    }

private:
    void lead(SyncRound& round, int fd, std::unique_lock<std::mutex>& lock) {
        round.begun = running_ = true;
        next_ = std::make_shared<SyncRound>();
        lock.unlock();
        int error = retried([&] { return ::syncfs(fd); }) == 0 ? 0 : errno;
        lock.lock();
        running_ = false;
        round.error = error;
        round.over = true;
        ended_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable ended_;
    bool running_ = false;
    std::shared_ptr<SyncRound> next_ = std::make_shared<SyncRound>();
};

std::shared_ptr<SharedSync> shared_sync(dev_t device) {
    // Never destroyed: a thread that was abandoned may still be in a sync when the process ends.
    static auto& mutex = *new std::mutex;
    static auto& syncs = *new std::map<dev_t, std::weak_ptr<SharedSync>>;
    std::lock_guard lock(mutex);
    auto& known = syncs[device];
    auto sync = known.lock();
    if (!sync) known = sync = std::make_shared<SharedSync>();
    return sync;
}

/// Others, as FUSE, may leave what they have where it is.
bool keeps_all_by_syncfs(int fd) {
    struct statfs kind {};
    if (::fstatfs(fd, &kind) != 0) return false;
    constexpr std::uint32_t xfs = 0x58465342;
    switch (static_cast<std::uint32_t>(kind.f_type)) {
        case EXT4_SUPER_MAGIC:
        case BTRFS_SUPER_MAGIC:
        case F2FS_SUPER_MAGIC:
        case TMPFS_MAGIC:
        case xfs:
            return true;
        default:
            return false;
    }
}

void sync_each(std::span<const Unsynced> files, const std::string& path, bool top) {
    for (const auto& file : files) {
        // EINVAL: this file system has no such thing, and its own ways of keeping names.
        if (retried([&] { return ::fsync(file.fd); }) != 0 && errno != EINVAL) fail_below(top, errno, "sync", path);
    }
}

/// What happened to the pages of a file since it was opened.
void require_written(int file, const std::string& path, bool top) {
    int done = retried([&] { return ::sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE); });
    if (done != 0 && errno != ENOSYS) fail_below(top, errno, "sync", path);
}

}  // namespace

void make_durable(std::span<const Unsynced> files, const std::string& path, bool top) {
    if (files.size() < 2 || !keeps_all_by_syncfs(files.front().fd)) return sync_each(files, path, top);
    auto device = files.front().device;
    // A pair's folder may be a mount of its own.
    bool on_one = std::all_of(files.begin(), files.end(), [&](const Unsynced& file) { return file.device == device; });
    if (!on_one) return sync_each(files, path, top);
    if (int error = shared_sync(device)->sync(files.front().fd)) fail_below(top, error, "sync", path);
    for (const auto& file : files)
        if (file.is_file) require_written(file.fd, path, top);
}

}  // namespace rekey
