#include "maintenance/backup_writer.hpp"
#include "rekey/maintenance/maintenance.hpp"

namespace rekey::maintenance {

Backup back_up(Home& home, const std::string& file, const Secret& passphrase, const Stamp& stamp) {
    // First, so that nothing is copied for nothing.
    NewFile out(file);
    auto lock = lock_for_backup(home);
    Backup backup;
    backup.id = new_backup_id();
    backup.made_at = stamp.at;
    home.store().write([&](store::Transaction& transaction) { record_backup(transaction, backup.id, file, stamp); });
    backup = write_backup(home, out, backup, passphrase);
    out.commit();
    return backup;
}

}  // namespace rekey::maintenance
