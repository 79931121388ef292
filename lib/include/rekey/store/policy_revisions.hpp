#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "rekey/base/export.hpp"
#include "rekey/base/time.hpp"
#include "rekey/store/store.hpp"

namespace rekey::store {

/// The policy document as somebody loaded it. Revisions are never changed or removed; the newest is in force.
struct PolicyRevision {
    std::int64_t revision = 0;  ///< 1, 2, 3, … without gaps
    std::string document;       ///< TOML, byte by byte as it was loaded
    Time loaded_at{};
    std::string actor;
    std::string comment;  ///< may be empty
};

/// The revision in force; none: nobody loaded a policy into this home.
REKEY_EXPORT std::optional<PolicyRevision> policy_in_force(Reader& store);
REKEY_EXPORT std::optional<PolicyRevision> find_policy_revision(Reader& store, std::int64_t revision);
/// In order, the first one first.
REKEY_EXPORT void each_policy_revision(Reader& store, const std::function<void(const PolicyRevision&)>& visit);
/// Puts a document in force, as the revision after the newest; returns that number.
REKEY_EXPORT std::int64_t add_policy_revision(Transaction& transaction, const std::string& document, const Stamp& stamp,
                                              const std::string& comment);

}  // namespace rekey::store
