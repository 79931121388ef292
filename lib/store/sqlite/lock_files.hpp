#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/files/descriptor.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

/// The locks of a home by name, in the folder of its database (flock, close-on-exec): `run/12` is the file `runs/12`,
/// `sync/3` the folder `runs/sync-3`, `backup` the home's folder itself.
///
/// They belong to the folder that was opened, wherever it is moved to and whatever takes its place. A lock counts only
/// while its file is still the one under its name, and a file is removed only by who holds its lock.
class LockFiles {
public:
    /// `home` may be opened with O_PATH.
    explicit LockFiles(Descriptor home) : home_(std::move(home)) {}

    /// Nothing when somebody else has it until `patience` is over.
    std::unique_ptr<Lock> take(const std::string& name, std::chrono::milliseconds patience) const;
    bool is_held(const std::string& name) const;
    /// Removes the file of a lock that nobody holds. Folders stay: older versions lock them without a second look.
    void forget(const std::string& name) const;

private:
    Descriptor home_;
};

}  // namespace rekey::store
