#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "rekey/store/certificates.hpp"

namespace rekey::renewal {

/// By type of certificate.
using TypeCounts = std::map<std::string, std::int64_t>;
REKEY_EXPORT std::int64_t total_of(const TypeCounts& counts);
/// `iam 4, online 12`
REKEY_EXPORT std::string in_words(const TypeCounts& counts);

/// When what is in use expires: by month (`2036-03`) or by year (`2036`), UTC. A period costs a few bytes, however
/// large the fleet; those without certificates are not there.
using Timeline = std::map<std::string, TypeCounts>;

/// The month of a time: `2036-03`.
REKEY_EXPORT std::string month_of(Time time);
/// Counts in its month what a slot uses; what is pending is not in use yet.
REKEY_EXPORT void add_to(Timeline& months, const store::Certificate& certificate);
REKEY_EXPORT Timeline by_year(const Timeline& months);
/// The month or year after this one.
REKEY_EXPORT std::string next_period(const std::string& period);

}  // namespace rekey::renewal
