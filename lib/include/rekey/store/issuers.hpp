#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rekey/base/facts.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// What signs. `uid` never changes and is part of what the sealed key is bound to.
struct Issuer {
    Id id = 0;
    std::string uid;  ///< 32 hex digits
    std::string name;
    std::string kind;  ///< `local`
    CertificateFacts facts;
    std::vector<Bytes> chain;  ///< DER, its own certificate first, up to the root
    Bytes sealed_key;
    Time added_at{};
};

/// Throws Code::refused when the name is taken. Sets `id`.
REKEY_EXPORT void add_issuer(Store& store, Issuer& issuer);
REKEY_EXPORT std::optional<Issuer> find_issuer(Store& store, const std::string& name);
REKEY_EXPORT std::optional<Issuer> find_issuer(Store& store, Id id);
/// For changing the seal: same value, other seal.
REKEY_EXPORT void reseal_issuer(Store& store, Id id, const Bytes& sealed_key);
/// The greatest id; 0: there is none.
REKEY_EXPORT Id newest_issuer(Store& store);
/// In order of name.
REKEY_EXPORT std::vector<Issuer> issuers(Store& store);

}  // namespace rekey::store
