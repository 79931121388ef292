#pragma once

#include <memory>
#include <string>

#include "base/files/descriptor.hpp"
#include "rekey/home/home.hpp"

namespace rekey {

/// The locks of a home by name, as files in it: the lock `run/12` is `runs/12` (flock, close-on-exec).
///
/// They belong to the folder that was opened, wherever it is moved to and whatever takes its place. A lock counts only
/// while its file is still the one under its name, and a file is removed only by who holds its lock.
class LockFiles {
public:
    explicit LockFiles(Descriptor home) : home_(std::move(home)) {}

    /// Nothing when somebody else has it. A question whether it is held takes it for an instant; that is waited out.
    std::unique_ptr<Home::RunLock> take(const std::string& name) const;
    bool is_held(const std::string& name) const;
    /// Removes the file of a lock that nobody holds.
    void forget(const std::string& name) const;

private:
    Descriptor home_;
};

}  // namespace rekey
