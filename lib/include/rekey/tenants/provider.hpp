#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rekey/base/secret.hpp"
#include "rekey/store/tenants.hpp"

namespace rekey::tenants {

/// Why a provider did not answer as hoped; the words of `store::Health::failure_class`.
enum class Trouble {
    invalid_client,      ///< it does not accept the credential: its own word
    wrong_organization,  ///< it does, but knows none of the tenant's devices
    unreachable,         ///< no answer: no network, a timeout
    rate_limited,        ///< it asks to come back later
    server,              ///< it answered with what is no answer
    untrusted,           ///< whoever answers has a certificate that this machine does not trust
    intercepted,         ///< something between answers in its place: a portal, a filter, a proxy
    clock,               ///< it does not accept the time of the assertion
    scope,               ///< it does not give this client the scope
    forbidden,           ///< the token is good, but the account may not do this
    token                ///< its API does not accept the token that it gave
};
REKEY_EXPORT std::string_view to_string(Trouble trouble);
/// Whether it is a no to this credential; everything else says nothing about it.
REKEY_EXPORT bool is_final(Trouble trouble);
/// Whether it stays until somebody changes something: final ones, and what is not allowed.
REKEY_EXPORT bool is_refusal(Trouble trouble);
/// What to do about it, in words; empty where waiting is all. `tenant`: whose settings its commands name; empty: it
/// is not there yet.
REKEY_EXPORT std::string remedy(Trouble trouble, const std::string& tenant);

/// `what` is in words, without secrets and without anything that the other side sent.
struct Failure {
    Trouble trouble;
    std::string what;
    std::optional<Seconds> retry_after{};  ///< when it said so
    bool may_pass = true;                  ///< asking again at once may help
};

template <class T>
using Answer = std::variant<T, Failure>;

/// What is asked of a provider, with a credential's endpoints. A test has its own.
class REKEY_EXPORT Provider {
public:
    virtual ~Provider() = default;

    /// An access token (RFC 6749, 4.4, with RFC 7523, 2.2). `key`: PEM.
    virtual Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now) = 0;
    /// Ids of the first page of devices.
    virtual Answer<std::vector<std::string>> devices(const store::Credential& credential, const Secret& token) = 0;
    /// Whether the provider knows a device.
    virtual Answer<bool> knows(const store::Credential& credential, const Secret& token, const std::string& id) = 0;
    /// How far this machine's clock was ahead when the last token was asked for; nothing when the answer did not say.
    virtual std::optional<Seconds> clock_ahead() const { return std::nullopt; }
};

/// By so much a clock has to differ from a provider's to be the cause of a refusal.
constexpr Seconds notable_clock_difference{30};
/// As `this machine's clock is 95 s ahead of https://host`.
REKEY_EXPORT std::string clock_in_words(Seconds ahead, const std::string& server);

/// Which certificate authorities are trusted beside those of the system, or of the environment: those in `ca_file`,
/// PEM; empty: none.
struct Trust {
    std::string ca_file;
};

/// How long to wait; repeated requests (429, 5xx, timeouts) included in `total`.
struct Patience {
    Seconds connect{10};
    Seconds request{30};
    Seconds total{90};
};

/// Over HTTPS: TLS 1.2 or newer, name and chain checked against the system's authorities (or those that
/// $CURL_CA_BUNDLE, $SSL_CERT_FILE or $SSL_CERT_DIR name) and those of `trust`, no redirects. Plain HTTP is for
/// loopback addresses only.
REKEY_EXPORT std::unique_ptr<Provider> connect(const Patience& patience = {}, const Trust& trust = {});

}  // namespace rekey::tenants
