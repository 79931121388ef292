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
    invalid_client,      ///< it does not accept the credential
    wrong_organization,  ///< it does, but knows none of the tenant's devices
    unreachable,         ///< no answer: no network, a timeout, a certificate that is not its own
    rate_limited,        ///< it asks to come back later
    server               ///< it answered with what is no answer
};
REKEY_EXPORT std::string_view to_string(Trouble trouble);
/// Whether the same question would be answered the same later.
REKEY_EXPORT bool is_final(Trouble trouble);

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
};

/// How long to wait; repeated requests (429, 5xx, timeouts) included in `total`.
struct Patience {
    Seconds connect{10};
    Seconds request{30};
    Seconds total{90};
};

/// Over HTTPS: TLS 1.2 or newer, name and chain checked against the system's authorities or
/// $SSL_CERT_FILE, no redirects. Plain HTTP is for loopback addresses only.
REKEY_EXPORT std::unique_ptr<Provider> connect(const Patience& patience = {});

}  // namespace rekey::tenants
