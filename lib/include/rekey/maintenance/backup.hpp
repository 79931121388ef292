#pragma once

#include <cstdint>
#include <string>

#include "rekey/base/secret.hpp"
#include "rekey/base/time.hpp"
#include "rekey/home/home.hpp"

namespace rekey::maintenance {

/// What a backup says of itself.
struct Backup {
    std::string id;  ///< random, 32 hex digits
    Time made_at{};
    std::string organization;
    std::string seal_key_id;
    std::int64_t audit_entries = 0;
    std::string audit_head;  ///< hex; `audit verify --head` compares
    std::uint64_t store_size = 0;
};

/// Writes all that a restore needs, the seal key included, into the new file `file` (0600), encrypted under
/// `passphrase`; others go on reading and writing meanwhile. Durable on return; interrupted at any instant it
/// leaves no file or the whole. While the store is copied, the home holds the copy (`rekey.db.backup`).
///
/// Throws Code::refused when the file is there already, or when the store is damaged: what cannot be restored is
/// not backed up. Code::busy while another backup copies the store, or the seal is being changed.
REKEY_EXPORT Backup back_up(Home& home, const std::string& file, const Secret& passphrase, const Stamp& stamp);

struct Restored {
    Backup backup;
    bool already = false;  ///< `home` was restored from this very backup before; nothing was done
};

/// Makes the home `home` from a backup. It is put together beside its place (`.<name>.restoring`), checked (nothing
/// missing or changed, the store's integrity, the audit chain up to its head, every sealed value opens), and
/// takes its name as the last step, durably: interrupted at any instant there is no home or the whole, and the
/// same call again finishes. An empty folder may be in its place.
///
/// `ask` is for the passphrase of the backup, `ask_home` for the one that the home was under. Throws Code::refused
/// when something else is there, when a passphrase is wrong, or when the content does not stand the checks;
/// Code::corrupt when the file is damaged; Code::busy while another restore works beside it.
REKEY_EXPORT Restored restore(const std::string& file, const std::string& home, const AskPassphrase& ask,
                              const AskPassphrase& ask_home, const Stamp& stamp);

}  // namespace rekey::maintenance
