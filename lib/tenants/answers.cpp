#include "tenants/answers.hpp"

#include <fmt/format.h>

namespace rekey::tenants {

std::string server_of(const std::string& url) { return url.substr(0, url.find('/', url.find("//") + 2)); }

std::optional<Failure> common_failure(const HttpAnswer& answer, const std::string& url) {
    auto server = server_of(url);
    if (answer.status == 0)
        return Failure{Trouble::unreachable, fmt::format("{}: {}", server, answer.problem), std::nullopt,
                       answer.temporary};
    if (answer.status == 429)
        return Failure{Trouble::rate_limited,
                       answer.retry_after
                           ? fmt::format("{} asks to come back in {} s", server, answer.retry_after->count())
                           : fmt::format("{} asks to come back later", server),
                       answer.retry_after};
    if (answer.status >= 500)
        return Failure{Trouble::server, fmt::format("{} answers {}", server, answer.status), answer.retry_after};
    if (answer.status >= 300 && answer.status < 400)
        return Failure{Trouble::server,
                       fmt::format("{} answers {}, a redirect, which is not followed", server, answer.status)};
    return std::nullopt;
}

std::optional<Failure> refused(const HttpAnswer& answer, const std::string& url) {
    if (answer.status != 401 && answer.status != 403) return std::nullopt;
    return Failure{Trouble::invalid_client,
                   fmt::format("{} answers {}: the token is not good for it", server_of(url), answer.status)};
}

Failure no_answer(const HttpAnswer& answer, const std::string& url) {
    return {Trouble::server,
            fmt::format("{} answers {} with something else than was asked for", server_of(url), answer.status)};
}

}  // namespace rekey::tenants
