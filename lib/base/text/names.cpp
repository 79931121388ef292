#include <fmt/format.h>

#include <algorithm>

#include "base/text/utf8.hpp"
#include "rekey/base/base.hpp"

namespace rekey {

namespace {

constexpr std::size_t longest_name = 64;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && is_alphanumeric(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

void require_name(const std::string& text, std::string_view what) {
    if (!is_name(text))
        throw Error(Code::usage, fmt::format("'{}' cannot be the name of a {}", printable(text), what),
                    "names are letters, digits, '.', '_' and '-', begin with a letter or digit, and have at most 64");
}

std::optional<SlotName> SlotName::parse(std::string_view text) {
    SlotName name;
    auto first = text.find('/');
    if (first == std::string_view::npos) return std::nullopt;
    auto last = text.rfind('/');
    name.unit = text.substr(0, first);
    if (last != first) {
        name.node = text.substr(first + 1, last - first - 1);
        if (!is_name(name.node)) return std::nullopt;
    }
    name.type = text.substr(last + 1);
    if (!is_name(name.unit) || !is_name(name.type)) return std::nullopt;
    return name;
}

std::string SlotName::to_string() const { return type.empty() ? unit : unit + "/" + on_unit(); }

std::string SlotName::on_unit() const { return node.empty() ? type : node + "/" + type; }

std::string counted(std::int64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string printable(std::string_view text) { return escape_controls(text, "\\x"); }

}  // namespace rekey
