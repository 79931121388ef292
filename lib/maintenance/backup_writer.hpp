#pragma once

#include <memory>
#include <string>

#include "base/files/new_file.hpp"
#include "rekey/home/home.hpp"
#include "rekey/maintenance/maintenance.hpp"
#include "rekey/store/store.hpp"

/// The parts of making a backup, for one that the home goes on after, and for one that it is retired with.
namespace rekey::maintenance {

/// Throws Code::busy while another backup, or a change of the seal, is at work on the home.
std::unique_ptr<store::Lock> lock_for_backup(Home& home);

std::string new_backup_id();

/// In the trail before it is done, so that the copy itself tells of it, and nothing leaves unrecorded.
void record_backup(store::Transaction& transaction, const std::string& id, const std::string& file, const Stamp& stamp);

/// Writes the home into `out`, which has no name yet on return. While the caller holds the lock.
Backup write_backup(Home& home, NewFile& out, Backup backup, const Secret& passphrase);

}  // namespace rekey::maintenance
