// Maintenance of a home as a whole: doctor, repair, backup, retirement and restore.
//
// `examine` looks and changes nothing; `repair` mends what needs no decision. `back_up` writes one encrypted file with
// all that `restore` needs. Both are whole or not there, whenever they are interrupted.
//
//     auto examination = rekey::maintenance::examine({.home = path, .config = load}, now);
//     for (const auto& finding : examination.findings) std::cout << finding.what << '\n';
//     auto backup = rekey::maintenance::back_up(home, "/srv/rekey.backup", passphrase, stamp);
//
// What is wrong with a home is a finding, a value. A backup that cannot be made or restored is Code::refused, a damaged
// one Code::corrupt, and Code::busy says that another one is at work.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/base.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/store/store.hpp"

namespace rekey::maintenance {

// Doctor and repair
// -----------------

/// What the doctor looks at.
struct DoctorSubject {
    std::string home;
    std::function<policy::Config()> config;  ///< reads it
    AskPassphrase ask;                       ///< for the passphrase that the home is under
    bool all_units = false;                  ///< false: only those that are folders on this machine are asked
};

/// Something that is not as it should be, and what to do.
struct HomeFinding {
    /// `permissions`, `leftovers`, `store`, `seal`, `audit`, `clock`, `revocations`, `runs`, `adoptions`, `rotations`,
    /// `slots`, `issuers`, `units`, `credentials`, `records`, `config`.
    std::string about;
    std::string what;
    std::string remedy;       ///< in words; a command to paste follows a colon
    bool repairable = false;  ///< `repair` mends it
};

struct Examination {
    std::vector<HomeFinding> findings;
    /// Where the home went. Then it is judged by what is true of a retired home: the rights of its files, whether the
    /// store is sound, and the audit chain. All else is the affair of the home that was restored from there.
    std::optional<store::Retirement> retired;
    std::vector<std::string> silent;  ///< units that did not answer, which is nothing wrong: name and cause
    /// A unit was given up. One of the process's threads waits for it, perhaps for ever: end the process
    /// without what a process does at its end for others (std::_Exit).
    bool thread_hangs = false;
};

/// Looks at the folder, the configuration, the store, what is sealed in it, the audit chain, the clock, what was
/// interrupted, and whether units hold what is recorded; changes nothing. One broken thing hides no other.
/// Units at which a live run is at work are left out; of a retired home, see `Examination::retired`. Throws
/// Code::failed when there is no home.
REKEY_EXPORT Examination examine(const DoctorSubject& subject, Time now);

/// Mends what needs no decision: modes that are too wide, what interrupted commands left behind, an interrupted
/// change of the seal, destroyed keys that are still in the log, prior keys that were kept long enough, devices that
/// lists brought under other names. Each is in
/// the trail. What could not be mended is still found by `examine`. Returns what was done, in words.
REKEY_EXPORT std::vector<std::string> repair(const DoctorSubject& subject, const Stamp& stamp);

// Backup and restore
// ------------------

/// What a backup says of itself.
struct Backup {
    std::string id;  ///< random, 32 hex digits
    Time made_at{};
    std::string organization;
    std::string seal_key_id;
    std::int64_t audit_entries = 0;
    std::string audit_head;  ///< hex; `audit verify --head` compares
    std::uint64_t store_size = 0;
    bool retires = false;  ///< the home that it was made of is not written any more
};

/// Writes all that a restore needs, the seal key included, into the new file `file` (0600), encrypted under
/// `passphrase`; others go on reading and writing meanwhile. Durable on return; interrupted at any instant it
/// leaves no file or the whole. While the store is copied, the home holds the copy (`rekey.db.backup`).
///
/// Throws Code::refused when the file is there already, or when the store is damaged: what cannot be restored is
/// not backed up. Code::busy while another backup copies the store, or the seal is being changed.
REKEY_EXPORT Backup back_up(Home& home, const std::string& file, const Secret& passphrase, const Stamp& stamp);

/// The same for a home that moves: once the backup is whole and was read back, the home is retired, and from then on
/// every change of it is refused (store::Retirement). The copy in the backup is not retired.
///
/// The backup is `.<name>.retiring-<id>` beside `file` until the retirement is durable, and takes its name then.
/// Interrupted at any instant, either the home is not retired, and the same call again begins anew and removes what
/// was left; or it is retired and the backup whole, and `finish_retirement` gives it its name.
///
/// Throws also Code::busy when a run is at work, or the home was changed meanwhile, and Code::usage for a comment that
/// is not one line of text.
REKEY_EXPORT Backup retire(Home& home, const std::string& file, const Secret& passphrase, const std::string& comment,
                           const Stamp& stamp);
/// For a home that was retired into `file`: gives the backup its name, unless it has it. False: it was not.
REKEY_EXPORT bool finish_retirement(store::Reader& store, const std::string& file);
/// Takes the retired home at the path `home` back into use, audited; returns where it had moved to. The caller makes
/// sure that no other home was restored from there. Throws Code::refused when it was not retired.
REKEY_EXPORT store::Retirement unretire(const std::string& home, const Stamp& stamp);

struct Restored {
    Backup backup;
    bool already = false;  ///< `home` was restored from this very backup before; nothing was done
};

/// Makes the home `home` from a backup. It is put together beside its place (`.<name>.restoring`), checked (nothing
/// missing or changed, the store's integrity, the audit chain up to its head, every sealed value opens), and
/// takes its name as the last step, durably: interrupted at any instant there is no home or the whole, and the
/// same call again finishes. An empty folder may be in its place.
///
/// `agree` gets the description of the backup before anything is made, unless nothing is to be done, and throws to
/// refuse it.
///
/// `ask` is for the passphrase of the backup, `ask_home` for the one that the home was under. Throws Code::refused
/// when something else is there, when a passphrase is wrong, or when the content fails the checks;
/// Code::corrupt when the file is damaged; Code::busy while another restore works beside it.
REKEY_EXPORT Restored restore(const std::string& file, const std::string& home, const AskPassphrase& ask,
                              const AskPassphrase& ask_home, const Stamp& stamp,
                              const std::function<void(const Backup&)>& agree = {});

}  // namespace rekey::maintenance
