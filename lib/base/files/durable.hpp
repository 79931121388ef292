#pragma once

#include <sys/types.h>

#include <span>
#include <string>

#include "base/files/descriptor.hpp"

namespace rekey {

/// Something that was written: a file, or a folder in which names changed.
struct Unsynced {
    int fd = -1;
    dev_t device = 0;  ///< where it is
    bool is_file = false;
    Descriptor own = {};  ///< of `fd`; none where that is a folder's that stays open until all is durable
};

/// Makes all of them durable.
/// `path` and `top` are for messages, as in `fail_below`. Throws with the system's words; nothing is known to be
/// durable then.
///
/// Several on one file system are synced by one syncfs(2) where that is one that keeps everything it has then (ext4,
/// XFS, btrfs, F2FS, tmpfs), others one by one. Who asks while another thread syncs waits for the next, which is made
/// once for all who wait. An error of writing is reported for its file, whichever thread synced it
/// (sync_file_range(2)).
void make_durable(std::span<const Unsynced> files, const std::string& path, bool top);

}  // namespace rekey
