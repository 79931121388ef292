#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rekey/base/export.hpp"
#include "rekey/base/secret.hpp"
#include "rekey/base/time.hpp"
#include "rekey/policy/config.hpp"

/// What looks after a home as a whole: doctor, backup and restore.
namespace rekey::maintenance {

/// What the doctor looks at.
struct Subject {
    std::string home;
    std::function<policy::Config()> config;  ///< reads it
    AskPassphrase ask;                       ///< for the passphrase that the home is under
    bool all_units = false;                  ///< false: only those that are folders on this machine are asked
};

/// Something that is not as it should be, and what to do.
struct Finding {
    /// `permissions`, `leftovers`, `store`, `seal`, `audit`, `clock`, `revocations`, `runs`, `adoptions`, `rotations`,
    /// `slots`, `issuers`, `units`, `credentials`, `records`, `config`.
    std::string about;
    std::string what;
    std::string remedy;       ///< in words; a command to paste stands behind a colon
    bool repairable = false;  ///< `repair` mends it
};

struct Examination {
    std::vector<Finding> findings;
    std::vector<std::string> silent;  ///< units that did not answer, which is nothing wrong: name and cause
    /// A unit was given up. One of the process's threads waits for it, perhaps for ever: end the process
    /// without what a process does at its end for others (std::_Exit).
    bool thread_hangs = false;
};

/// Looks at the folder, the configuration, the store, what is sealed in it, the audit chain, the clock, what was
/// interrupted, and whether units hold what is recorded; changes nothing. One broken thing hides no other.
/// Units at which a live run is at work are left out. Throws Code::failed when there is no home.
REKEY_EXPORT Examination examine(const Subject& subject, Time now);

/// Mends what needs no decision: modes that are too wide, what interrupted commands left behind, an interrupted
/// change of the seal, destroyed keys that are still in the log, prior keys that were kept long enough, devices that
/// lists brought under other names. Each is in
/// the trail. What could not be mended is still found by `examine`. Returns what was done, in words.
REKEY_EXPORT std::vector<std::string> repair(const Subject& subject, const Stamp& stamp);

}  // namespace rekey::maintenance
