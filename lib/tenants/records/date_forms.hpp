#pragma once

#include <optional>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::tenants {

/// A date as providers, device management and spreadsheets write it, with or without a time of day, which is UTC where
/// no offset is said:
///
///     2030-12-31, 2030-12-31 08:00, 2030/12/31, 20301231, RFC 3339 in all variants of ISO 8601 that were seen
///     31.12.2030, 12/31/2030, 31-Dec-2030, Dec 31, 2030, Tue, 31 Dec 2030 08:00:00 GMT
///     seconds or milliseconds since 1970; days as spreadsheets count them, from 1899-12-30
///
/// Nothing for an empty text and for `0000-00-00`, as databases write no date. Throws Code::usage for what is none of
/// these, or can be two of them (04/05/2030), without a place.
std::optional<Time> read_date(std::string_view text);

}  // namespace rekey::tenants
