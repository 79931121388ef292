#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"

namespace rekey::tenants {

/// A POST of `form` (application/x-www-form-urlencoded) when there is one, else a GET. A form is sent once, also when
/// the answer is lost: it may have an assertion, which must not be shown again.
struct HttpRequest {
    std::string url;
    const Secret* form = nullptr;
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
    /// With status 0: the issuer's name of the certificate that was presented, and is not trusted.
    std::string untrusted_issuer;
};

/// Requests one after the other over the same connection.
class Http {
public:
    /// Requests end soon after `stop` was requested; what they answer then is temporary.
    Http(const Patience& patience, const Trust& trust, const StopToken& stop);
    ~Http();

    /// Asks once. `time_left` may be longer than a request's patience.
    HttpAnswer send(const HttpRequest& request, std::chrono::milliseconds time_left);

private:
    struct Impl;
    Patience patience_;
    Trust trust_;
    StopToken stop_;
    std::unique_ptr<Impl> impl_;
};

}  // namespace rekey::tenants
