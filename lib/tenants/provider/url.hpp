#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rekey::tenants {

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
