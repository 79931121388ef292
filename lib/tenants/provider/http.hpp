#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rekey/base/secret.hpp"
#include "rekey/tenants/provider.hpp"

namespace rekey::tenants {

/// A POST of `form` (application/x-www-form-urlencoded) when there is one, else a GET. It is asked for at every
/// attempt: what may be shown only once, as an assertion may, must not be shown again when the answer was lost.
struct HttpRequest {
    std::string url;
    std::function<Secret()> form;
    const Secret* bearer = nullptr;  ///< access token
    std::size_t limit = 0;           ///< of the answer's body, in bytes
};

/// What came back. Bodies may repeat what was sent: they are never put into messages.
struct HttpAnswer {
    int status = 0;  ///< 0: nothing came back
    std::string body;
    std::optional<Seconds> retry_after;
    std::string content_type;  ///< lower case, without parameters
    std::optional<Time> date;  ///< when the server says that it is
    std::string problem;       ///< with status 0: why, in words
    bool temporary = false;    ///< with status 0: asking again may help
    bool too_large = false;    ///< with status 0: the body was beyond the limit
    /// With status 0: the name of whoever issued the certificate that was presented, and is not trusted.
    std::string untrusted_issuer;
};

/// Requests one after the other over the same connection.
class Http {
public:
    Http(const Patience& patience, const Trust& trust);
    ~Http();

    /// Asks again, after a while, as long as patience lasts and the answer is one that may change.
    HttpAnswer send(const HttpRequest& request);
    /// Asks once.
    HttpAnswer send_once(const HttpRequest& request, std::chrono::milliseconds time_left);

private:
    struct Impl;
    Patience patience_;
    Trust trust_;
    std::unique_ptr<Impl> impl_;
};

/// While it lives, requests of this process end soon after `stop` became true, and so does the waiting between
/// them; what they answer then is temporary.
class Stoppable {
public:
    explicit Stoppable(const std::atomic<bool>& stop);
    ~Stoppable();
    Stoppable(const Stoppable&) = delete;
    Stoppable& operator=(const Stoppable&) = delete;
};

/// How long to wait before asking again, `attempts` having been made; nothing when it is not worth it.
std::optional<std::chrono::milliseconds> wait_before_retry(const HttpAnswer& answer, int attempts,
                                                           std::chrono::milliseconds time_left);

/// For a query or a path.
std::string percent_encoded(std::string_view text);

/// A URL without user, password and fragment. Throws Code::usage unless it is https, or http to a
/// loopback address, where the traffic never leaves the machine.
void require_url(const std::string& url, std::string_view what);
bool is_loopback(const std::string& url);

/// The query parameter `cursor` of `link`, which may be relative to `base`; empty when there is none.
/// Nothing when it leads to another server, or is no URL.
std::optional<std::string> cursor_of(const std::string& base, const std::string& link);

}  // namespace rekey::tenants
