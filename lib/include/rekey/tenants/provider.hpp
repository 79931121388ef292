#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rekey/base/secret.hpp"
#include "rekey/base/stop.hpp"
#include "rekey/store/record_counts.hpp"

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
    bool temporary = false;                ///< there was no connection, or the answer was 429 or 5xx
};

template <class T>
using Answer = std::variant<T, Failure>;

/// A record that could not be read, where the others of an answer could.
struct Unread {
    std::string id;   ///< of its device
    std::string why;  ///< what in it
};

struct DevicePage {
    std::vector<store::Device> devices;
    std::vector<Unread> unread;
    std::string next;                ///< cursor of the page after it; empty: it was the last
    std::optional<Failure> no_next;  ///< why the page after it cannot be asked for, although there is one
    bool unknown_cursor = false;     ///< nothing came: the provider does not know the cursor any more
};

/// Neither: the provider does not know it.
struct DeviceAnswer {
    std::optional<store::Device> device;
    std::optional<Unread> unread;
};

/// No records when the provider does not know the device.
struct CoverageAnswer {
    std::vector<store::Coverage> records;
    std::vector<Unread> unread;
};

/// With what the API is asked.
struct Access {
    const store::Credential& credential;  ///< its endpoints count
    const Secret& token;
    std::chrono::milliseconds time_left;  ///< for the answer
};

/// A connection to a provider. Each function asks once, and whoever calls it may ask again. Used by one thread at a
/// time. Times in records are for the caller to set. A test has its own.
class REKEY_EXPORT Provider {
public:
    virtual ~Provider() = default;

    /// An access token (RFC 6749, 4.4, with RFC 7523, 2.2). `key`: PEM.
    virtual Answer<Secret> token(const store::Credential& credential, const Secret& key, Time now,
                                 std::chrono::milliseconds time_left) = 0;
    /// An empty cursor is for the first page.
    virtual Answer<DevicePage> devices(const Access& access, const std::string& cursor) = 0;
    virtual Answer<DeviceAnswer> device(const Access& access, const std::string& id) = 0;
    virtual Answer<CoverageAnswer> coverage(const Access& access, const std::string& device_id) = 0;
    /// How far this machine's clock was ahead when the last token was asked for; nothing when the answer did not say.
    virtual std::optional<Seconds> clock_ahead() const { return std::nullopt; }
};
/// One more connection, for another thread.
using OpenProvider = std::function<std::unique_ptr<Provider>()>;

/// By so much a clock has to differ from a provider's to be the cause of a refusal.
constexpr Seconds notable_clock_difference{30};
/// As `this machine's clock is 95 s ahead of https://host`.
REKEY_EXPORT std::string clock_in_words(Seconds ahead, const std::string& server);

/// Which certificate authorities are trusted beside those of the system, or of the environment: those in `ca_file`,
/// PEM; empty: none.
struct Trust {
    std::string ca_file;
};

/// How long to wait.
struct Patience {
    Seconds connect{10};
    Seconds request{30};
    Seconds total{90};  ///< for one answer, with the requests that are repeated (429, 5xx, timeouts)
};

/// Over HTTPS: TLS 1.2 or newer, name and chain checked against the system's authorities (or those that
/// $CURL_CA_BUNDLE, $SSL_CERT_FILE or $SSL_CERT_DIR name) and those of `trust`, no redirects. Plain HTTP is for
/// loopback addresses only. A token goes to the credential's `api_url` and nowhere else: of a link to the next page
/// only the cursor is taken. Requests end soon after `stop` was requested.
REKEY_EXPORT std::unique_ptr<Provider> connect(const Patience& patience = {}, const Trust& trust = {},
                                               const StopToken& stop = {});

}  // namespace rekey::tenants
