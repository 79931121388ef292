#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::report {

/// HTML, as opposed to text: what is put into it as text is escaped by its type.
struct Markup {
    std::string text;

    Markup& operator+=(const Markup& more) {
        text += more.text;
        return *this;
    }
};

/// Text as HTML shows it, in elements and in quoted attributes; control characters and what turns the direction of
/// others become visible, as `printable` has it.
std::string escaped(std::string_view text);
/// `100,000`
std::string grouped(std::int64_t number);

inline std::string for_page(std::string_view text) { return escaped(text); }
inline std::string for_page(std::int64_t number) { return grouped(number); }
inline const std::string& for_page(const Markup& markup) { return markup.text; }

/// `form` with `{}` for each of `parts`: text escaped, numbers grouped, markup as it is.
template <class... Parts>
Markup markup(std::string_view form, const Parts&... parts) {
    return {fmt::format(fmt::runtime(form), for_page(parts)...)};
}

/// A name that others chose: its direction is its own.
Markup named(std::string_view text);
/// `2036-03-01 12:00 UTC`
Markup moment(Time time);
Markup moment(const std::optional<Time>& time);
/// `2036-03-01`, and how far that is from `now`.
Markup date(Time time, Time now);

}  // namespace rekey::report
