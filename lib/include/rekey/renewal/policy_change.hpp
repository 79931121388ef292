#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rekey/base/names.hpp"
#include "rekey/home/home.hpp"
#include "rekey/policy/document.hpp"
#include "rekey/store/policy_revisions.hpp"

namespace rekey::renewal {

/// What another policy does to the slots of a fleet: only those that stand otherwise than by the policy in force.
struct PolicyEffect {
    struct Example {
        SlotName slot;
        std::string why;  ///< in words
    };
    struct Group {
        std::int64_t count = 0;
        std::vector<Example> examples;  ///< the first `most_examples`, in order of the slots
    };
    static constexpr std::size_t most_examples = 3;

    std::int64_t slots = 0;  ///< that were looked at
    Group due;               ///< become due: the next `certs renew --due` replaces their certificates
    Group violating;         ///< hold what violates policy from then on
    Group impossible;        ///< no certificate can be made for them any more

    bool none() const { return due.count == 0 && violating.count == 0 && impossible.count == 0; }
};

/// Of `candidate`, compared with the policy in force. Changes nothing; memory does not grow with the fleet.
REKEY_EXPORT PolicyEffect effect_of(Home& home, const policy::Policy& candidate, Time now);

/// A document that is to be loaded.
struct PolicyChange {
    std::string document;  ///< TOML; checked again, as Policy::parse does
    std::string comment;   ///< one line of UTF-8, 4096 bytes at most
    /// The revision in force when the effect was looked at; 0: there was none.
    std::int64_t seen = 0;
};

/// Puts the document in force as a new revision, with its entry in the audit trail, and returns that revision. The
/// same document as the one in force changes nothing. Throws Code::usage for a document or comment that cannot be, and
/// Code::refused when another revision than `seen` is in force by now.
struct LoadedPolicy {
    std::int64_t revision = 0;
    bool already = false;  ///< the document was in force before
};
REKEY_EXPORT LoadedPolicy load_policy(Home& home, const PolicyChange& change, const Stamp& stamp);

}  // namespace rekey::renewal
