#pragma once

#include <span>
#include <string>

#include "base/files/descriptor.hpp"

namespace rekey {

/// Makes durable what was written through these descriptors of files and folders.
/// `path` and `top` are for messages, as in `fail_below`. Throws with the system's words; nothing is known to be
/// durable then.
///
/// Several on one file system are synced by one syncfs(2) where that is one that keeps everything it has then (ext4,
/// XFS, btrfs, F2FS, tmpfs), others one by one. Who asks while another thread syncs waits for the next, which is made
/// once for all who wait. An error of writing is reported for its file, whichever thread synced it
/// (sync_file_range(2)).
void make_durable(std::span<const Descriptor> files, const std::string& path, bool top);

}  // namespace rekey
