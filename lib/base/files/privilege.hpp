#pragma once

#include <sys/types.h>

namespace rekey {

/// Whether this process may give a file to another user, or to a group that it is not in (CAP_CHOWN).
bool may_give_files();

/// Whether this process is in the group, so that it may give its own files to it.
bool is_in_group(gid_t group);

}  // namespace rekey
