#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rekey/payload/payload.hpp"
#include "rekey/tenants/rotation.hpp"

namespace rekey::tenants {

/// How a delivered entry stands to what was accepted of it.
enum class DeliveryState { fresh, accepted, changed, older };

REKEY_EXPORT DeliveryState state_of(store::Reader& store, const payload::Entry& entry);

struct ImportRequest {
    payload::Entry entry;
    bool as_new = false;     ///< else it updates
    std::string credential;  ///< to update; empty: the one that this entry last fed
    std::string tenant;      ///< of a new one; empty: the entry's name
    std::string token_url;   ///< of a new one; empty: the scope's
    std::string audience;
    std::string api_url;
    std::function<Secret()> passphrase;  ///< asked for only when it is needed
    Seconds keep_prior{std::chrono::hours{24}};
    bool offline = false;
    bool accept_different_organization = false;
};

/// Takes over one entry, by the rules: once, never silently when it changed, never an older one.
/// Nothing to do is an answer (`nothing_to_do`).
REKEY_EXPORT RotationResult import_entry(Context& context, ImportRequest& request);

/// Reads a payload. Throws Code::usage, Code::refused.
REKEY_EXPORT payload::Payload read_payload(const std::string& path);

/// An entry that was delivered and is not imported.
struct Pending {
    std::string file;
    payload::Entry entry;
    DeliveryState state;
    std::vector<payload::Signer> signers;
};
struct PendingList {
    std::vector<Pending> entries;
    /// Of a file that could not be read.
    struct Problem {
        std::string message;
        std::string hint;  ///< may be empty
    };
    std::vector<Problem> problems;
};
/// Of all files in `folder`, which must belong to root and be writable by nobody else, as must they.
/// Nothing when there is no such folder.
REKEY_EXPORT std::optional<PendingList> pending(store::Reader& store, const std::string& folder);

/// The credentials that a CSV lists for `payload::pack`: a header with id, name, scope, client_id,
/// key_id, version and key_file (beside the list unless absolute). Throws Code::usage with the line.
REKEY_EXPORT std::vector<payload::Plain> read_pack_list(const std::string& path, const std::function<Secret()>& ask);

/// Writes `content` so that only its owner can read it; refuses to replace a file.
REKEY_EXPORT void write_private(const std::string& path, const std::string& content);

}  // namespace rekey::tenants
