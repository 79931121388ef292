#pragma once

#include <functional>
#include <string>

#include "rekey/store/store.hpp"

namespace rekey::store {

/// What commands are given by name.
enum class Named { unit, slot, type, tenant, credential, issuer, run };

/// Those that are in use now and begin with `prefix`, each once, in order (runs: the newest first).
/// Nothing that is sealed is read.
REKEY_EXPORT void each_name(Reader& store, Named what, const std::string& prefix,
                            const std::function<void(const std::string&)>& visit);

/// The hint for a name that is not there: the one that was meant, if one is near, and `otherwise`.
REKEY_EXPORT std::string did_you_mean(Reader& store, Named what, const std::string& written,
                                      const std::string& otherwise);

}  // namespace rekey::store
