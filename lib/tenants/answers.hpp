#pragma once

#include <optional>
#include <string>

#include "tenants/http.hpp"

namespace rekey::tenants {

/// For messages: `https://host` of where something was asked, without path and query.
std::string server_of(const std::string& url);

/// What every answer has in common; nothing when the caller has to look at it.
std::optional<Failure> common_failure(const HttpAnswer& answer, const std::string& url);
/// The token is not good for it.
std::optional<Failure> refused(const HttpAnswer& answer, const std::string& url);
/// Something else than was asked for.
Failure no_answer(const HttpAnswer& answer, const std::string& url);

}  // namespace rekey::tenants
