#pragma once

#include <sys/types.h>

#include <string>

namespace rekey {

/// openat2(2) that stays beneath `folder` and follows no link, also none that the system makes up. Where that call is
/// not there (Linux before 5.6, or a filter that forbids it), openat(2) with O_NOFOLLOW: as `name` is one component,
/// that is as strict. Returns a descriptor, or -1 with errno.
int open_beneath(int folder, const std::string& name, int flags, mode_t mode = 0);

/// openat2(2) that follows no link anywhere in `path`. Returns a descriptor; -1 where there is one, and where that call
/// is not there.
int open_without_links(const std::string& path, int flags);

}  // namespace rekey
