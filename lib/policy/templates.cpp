#include "policy/templates.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

constexpr std::string_view label_prefix = "label.";

[[noreturn]] void unknown(std::string_view name) {
    throw Error(Code::usage, fmt::format("'{{{}}}' stands for nothing", printable(name)),
                "templates know {unit}, {node}, {type}, {organization} and {label.KEY}");
}

/// `value` gets the name in each pair of braces and says what to put there.
template <class Value>
std::string substitute(std::string_view text, const Value& value) {
    std::string result;
    while (true) {
        auto open = text.find('{');
        result += text.substr(0, open);
        if (open == std::string_view::npos) return result;
        auto close = text.find('}', open);
        if (close == std::string_view::npos)
            throw Error(Code::usage, fmt::format("'{}' opens a brace and never closes it", printable(text)));
        result += value(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
}

std::string value_of(std::string_view name, const Subject& slot) {
    if (name == "unit") return slot.unit;
    if (name == "node") return slot.node;
    if (name == "type") return slot.type;
    if (name == "organization") return slot.organization;
    if (!name.starts_with(label_prefix)) unknown(name);
    std::string key(name.substr(label_prefix.size()));
    auto found = slot.labels.find(key);
    if (found == slot.labels.end())
        throw Error(Code::usage, fmt::format("unit '{}' has no label '{}'", slot.unit, printable(key)),
                    fmt::format("give it one: rekey units set {} --label {}=VALUE", slot.unit, printable(key)));
    return found->second;
}

}  // namespace

std::string expand(const std::string& text, const Subject& slot) {
    return substitute(text, [&](std::string_view name) { return value_of(name, slot); });
}

void check_template(const std::string& text) {
    substitute(text, [](std::string_view name) {
        bool known = name == "unit" || name == "node" || name == "type" || name == "organization" ||
                     (name.starts_with(label_prefix) && name.size() > label_prefix.size());
        if (!known) unknown(name);
        return std::string();
    });
}

bool is_template(const std::string& text) { return text.find('{') != std::string::npos; }

}  // namespace rekey::policy
