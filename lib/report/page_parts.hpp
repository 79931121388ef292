#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// The digits of the year in `2031-04`.
constexpr std::size_t year_digits = 4;

/// `Red`: the word for the colour.
std::string word_of(renewal::Level level);
/// A table in an area that scrolls when a screen is narrow; `name` says what it holds.
Markup scrolling(std::string_view name, const Markup& table);
/// `and 12 others: rekey units list`; nothing when all are shown.
Markup others(std::int64_t shown, std::int64_t total, std::string_view command);
/// ` with CN=Root` behind a date: which certificate of a chain ends then; nothing for an empty one.
Markup ends_with(const std::string& subject);
/// The digits that are enough to name a certificate, and all of them for who points at it.
Markup short_number(const std::string& number);

}  // namespace rekey::report
