#pragma once

#include <string>
#include <vector>

namespace rekey::policy {

/// Throws Code::usage for what can match no name: see rekey-policy(5), `allowed_names`.
void check_name_pattern(const std::string& pattern);

/// The names that `patterns` do not allow: SANs as in CertificateFacts, and the CNs of `subject` (RFC 4514) as `CN=…`.
/// None where `patterns` is empty.
std::vector<std::string> names_not_allowed(const std::vector<std::string>& patterns, const std::string& subject,
                                           const std::vector<std::string>& sans);

}  // namespace rekey::policy
