#include "report/page_parts.hpp"

#include "rekey/base/base.hpp"

namespace rekey::report {

std::string word_of(renewal::Level level) {
    switch (level) {
        case renewal::Level::green:
            return "Green";
        case renewal::Level::amber:
            return "Amber";
        case renewal::Level::red:
            return "Red";
    }
    return "";
}

Markup scrolling(std::string_view name, const Markup& table) {
    return markup("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{}</div>\n", name, table);
}

Markup others(std::int64_t shown, std::int64_t total, std::string_view command) {
    if (total <= shown) return {};
    return markup("<p class=\"more\">and {} more: <code>{}</code></p>\n", total - shown, command);
}

Markup ends_with(const std::string& subject) {
    return subject.empty() ? Markup{} : markup(" <span class=\"muted\">with</span> {}", named(subject));
}

Markup short_number(const std::string& number) {
    constexpr std::size_t enough = 12;
    if (number.size() <= enough) return markup("<code>{}</code>", number);
    return markup("<code title=\"{}\">{}…</code>", number, number.substr(0, enough));
}

}  // namespace rekey::report
