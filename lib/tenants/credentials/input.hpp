#pragma once

#include "crypto/keys/key.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

constexpr std::size_t uid_size = 16;  ///< of tenants and of credentials, in bytes

/// An `Input` that has passed every check that needs no network and no store.
struct Checked {
    std::string name;
    std::string client_id;
    std::string key_id;
    Secret key;  ///< PKCS#8 PEM, not encrypted
    Sha256 fingerprint{};
    std::optional<DeliveredEntry> delivery;
};

/// Throws Code::usage that says what is wrong and what to do. An empty name becomes `default_name`.
Checked check_input(Input& input, const std::string& default_name);

/// Throws Code::usage: a name is one line of printable text, of 100 bytes at most.
void require_credential_name(const std::string& name);

/// A tenant's credentials in use have different names, and most rotations keep the name: until it
/// is active, the new one has another.
std::string staged_name(const std::string& wanted, const std::string& active);
std::string wanted_name(const std::string& staged, const std::string& active);

/// Whether `credential` is what was given, whatever its name.
bool is_same(const store::Credential& credential, const Checked& given, const Endpoints& endpoints);

Endpoints endpoints_of(const store::Credential& credential);

/// Not in the store yet: a fresh uid, the key not sealed.
store::Credential make_credential(const Checked& given, const Endpoints& endpoints, const std::string& source,
                                  Time now);

}  // namespace rekey::tenants
