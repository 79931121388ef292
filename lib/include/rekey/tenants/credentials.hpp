#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rekey/base/secret.hpp"
#include "rekey/home/home.hpp"
#include "rekey/store/tenants.hpp"
#include "rekey/tenants/provider.hpp"

namespace rekey::tenants {

/// What every operation on credentials works with.
struct Context {
    Home& home;
    Provider& provider;
    Clock clock;
    std::string actor;
    Patience patience{};  ///< with the provider's answers
    StopToken stop{};

    store::Store& store() const { return home.store(); }
    Stamp stamp() const { return {clock(), actor}; }
};

/// Where tokens come from and what they are good for.
struct Endpoints {
    std::string scope;  ///< as requests name it: `business.api`
    std::string token_url;
    std::string audience;
    std::string api_url;
    bool operator==(const Endpoints&) const = default;
};

/// `business` and `school` (also `business.api`, `school.api`, `ABM`, `ASM`) bring their own URLs, each of which may
/// be overridden; another scope needs all three. Throws Code::usage, also for a URL that is neither
/// https nor http to a loopback address.
REKEY_EXPORT Endpoints endpoints(const std::string& scope, const std::string& token_url, const std::string& audience,
                                 const std::string& api_url);

/// What is to change of endpoints; empty: nothing.
struct EndpointChanges {
    std::string scope;
    std::string token_url;
    std::string audience;
    std::string api_url;
    bool any() const { return !(scope.empty() && token_url.empty() && audience.empty() && api_url.empty()); }
};
/// A new scope brings its own URLs in place of those that the old scope had brought. Throws as `endpoints`.
REKEY_EXPORT Endpoints changed(const Endpoints& from, const EndpointChanges& changes);

/// The scope that a client ID says by its first letters: `business` of BUSINESSAPI., `school` of SCHOOLAPI.; empty
/// for others.
REKEY_EXPORT std::string scope_of_client(const std::string& client_id);
/// A scope as lists and payloads name it, `business` or `school`; empty when it is another one.
REKEY_EXPORT std::string known_scope(const std::string& scope);
/// Throws Code::refused when the client ID says another scope than that.
REKEY_EXPORT void require_scope_of_client(const std::string& scope, const std::string& client_id);

/// An entry of a managed payload, when the credential came in one.
struct Delivery {
    std::string entry_id;
    std::int64_t version = 0;
    Sha256 digest{};
};

/// A credential as it was given, nothing checked yet.
struct Input {
    std::string name;
    std::string client_id;
    std::string key_id;
    Secret key;                   ///< PEM, plain or encrypted
    std::function<Secret()> ask;  ///< for its passphrase; may be empty
    std::optional<Delivery> delivery;
};

/// What a provider said of a credential.
struct Verification {
    std::optional<Failure> failure;        ///< none: it works
    bool different_organization = false;   ///< accepted although no known device is there
    std::optional<Seconds> clock_ahead{};  ///< of this machine, where the answer said its time
};

struct Added {
    store::Credential credential;
    bool already = false;  ///< the same one was there
};

/// Adds the first credential of a tenant, which is made when it is missing. The provider is asked
/// first unless `offline`; when it does not confirm, nothing is recorded (Code::refused,
/// Code::unreachable).
REKEY_EXPORT Added add(Context& context, const std::string& tenant, Input& input, const Endpoints& endpoints,
                       bool offline);

/// The credential of that name: the active one, else staged, else the newest. A tenant's name stands for its
/// active credential where no credential has that name. Throws Code::not_found, or Code::usage when several
/// tenants have one.
REKEY_EXPORT store::Credential get_credential(store::Reader& store, const std::string& name);
/// Throws Code::not_found.
REKEY_EXPORT store::Tenant get_tenant(store::Reader& store, const std::string& name);

/// Asks the provider, and records how it went as the credential's health.
REKEY_EXPORT Verification verify(Context& context, const store::Credential& credential);

/// How `set_endpoints` went.
struct EndpointsSet {
    store::Credential credential;  ///< the active one, as it is now
    bool unchanged = false;
};
/// Mends where the active credential of a tenant is used, and with which scope. The provider is asked first unless
/// `offline`, as before a rotation; then a sync asks before it takes over anything. Throws Code::refused,
/// Code::unreachable; nothing is changed then.
REKEY_EXPORT EndpointsSet set_endpoints(Context& context, const std::string& tenant, const EndpointChanges& changes,
                                        bool offline, bool accept_different_organization);

/// Destroys the key of a credential that is not in use. Refuses the active one, what a rotation still
/// needs, and, unless `confirmed`, one that is kept for going back.
struct Removal {
    store::Credential credential;
    bool in_log = false;  ///< the key is gone from the store, but see `finish_destroying`
};
REKEY_EXPORT Removal remove(Context& context, const std::string& name, bool confirmed);

/// Removes a tenant with everything that belongs to it. False as with `remove`.
REKEY_EXPORT bool remove_tenant(Context& context, const std::string& name);

/// Destroyed keys leave the write-ahead log as well; false while somebody reads the store: later then.
REKEY_EXPORT bool finish_destroying(store::Store& store);

/// The credentials' part of changing the seal (`Reseal`).
REKEY_EXPORT void reseal(store::Transaction& transaction, const crypto::SealKey& from, const crypto::SealKey& to);

}  // namespace rekey::tenants
