#include "policy/rules/templates.hpp"

#include <fmt/format.h>

#include <optional>

#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

constexpr std::string_view label_prefix = "label.";
constexpr std::size_t most_names_of_template = 100;

[[noreturn]] void unknown(std::string_view name) {
    throw Error(Code::usage, fmt::format("'{{{}}}' stands for nothing", printable(name)),
                "templates know {unit}, {node}, {type}, {organization} and {label.KEY}");
}

/// Takes `text` apart: `literal` gets what is outside of braces, `placeholder` the name in each pair of them.
template <class Literal, class Placeholder>
void take_apart(std::string_view text, const Literal& literal, const Placeholder& placeholder) {
    while (true) {
        auto open = text.find('{');
        literal(text.substr(0, open));
        if (open == std::string_view::npos) return;
        auto close = text.find('}', open);
        if (close == std::string_view::npos)
            throw Error(Code::usage, fmt::format("'{}' opens a brace and never closes it", printable(text)));
        placeholder(text.substr(open + 1, close - open - 1));
        text.remove_prefix(close + 1);
    }
}

/// `label.KEY` or `label.KEY?`, which a unit may lack.
struct LabelName {
    std::string key;
    bool may_lack;
};

std::optional<LabelName> label_in(std::string_view name) {
    if (!name.starts_with(label_prefix)) return std::nullopt;
    name.remove_prefix(label_prefix.size());
    bool may_lack = name.ends_with('?');
    if (may_lack) name.remove_suffix(1);
    if (name.empty()) return std::nullopt;
    return LabelName{std::string(name), may_lack};
}

[[noreturn]] void miss_label(const Subject& slot, const std::string& key) {
    throw Error(Code::usage, fmt::format("unit '{}' has no label '{}'", slot.unit, printable(key)),
                fmt::format("give it one: rekey units set {} --label {}=VALUE", slot.unit, printable(key)));
}

/// Of what every slot has; throws for an unknown name.
std::string value_of(std::string_view name, const Subject& slot) {
    if (name == "unit") return slot.unit;
    if (name == "node") return slot.node;
    if (name == "type") return slot.type;
    if (name == "organization") return slot.organization;
    unknown(name);
}

/// The texts between commas, without spaces around them; empty ones do not count.
std::vector<std::string> values_in(std::string_view list) {
    std::vector<std::string> values;
    for (bool more = true; more;) {
        auto comma = list.find(',');
        auto value = list.substr(0, comma);
        more = comma != std::string_view::npos;
        if (more) list.remove_prefix(comma + 1);
        auto first = value.find_first_not_of(' ');
        if (first == std::string_view::npos) continue;
        values.emplace_back(value.substr(first, value.find_last_not_of(' ') - first + 1));
    }
    return values;
}

/// None: the unit lacks a label that it may lack.
std::vector<std::string> values_of(std::string_view name, const Subject& slot) {
    auto label = label_in(name);
    if (!label) return {value_of(name, slot)};
    auto found = slot.labels.find(label->key);
    auto values = found == slot.labels.end() ? std::vector<std::string>{} : values_in(found->second);
    if (values.empty() && !label->may_lack) miss_label(slot, label->key);
    return values;
}

/// Every text with every value behind it.
std::vector<std::string> with_each(const std::vector<std::string>& texts, const std::vector<std::string>& values) {
    if (texts.size() * values.size() > most_names_of_template)
        throw Error(Code::usage, fmt::format("a template makes more than {} names", most_names_of_template),
                    "give the labels that it names fewer values");
    std::vector<std::string> all;
    for (const auto& text : texts)
        for (const auto& value : values) all.push_back(text + value);
    return all;
}

}  // namespace

std::string expand(const std::string& text, const Subject& slot) {
    std::string result;
    take_apart(
        text, [&](std::string_view literal) { result += literal; },
        [&](std::string_view name) {
            auto label = label_in(name);
            if (!label) {
                result += value_of(name, slot);
                return;
            }
            auto found = slot.labels.find(label->key);
            if (found != slot.labels.end())
                result += found->second;
            else if (!label->may_lack)
                miss_label(slot, label->key);
        });
    return result;
}

std::vector<std::string> expand_names(const std::string& text, const Subject& slot) {
    std::vector<std::string> names{""};
    take_apart(
        text,
        [&](std::string_view literal) {
            for (auto& name : names) name += literal;
        },
        [&](std::string_view name) { names = with_each(names, values_of(name, slot)); });
    return names;
}

void check_template(const std::string& text) {
    take_apart(
        text, [](std::string_view) {},
        [](std::string_view name) {
            if (!label_in(name)) value_of(name, {});
        });
}

bool is_template(const std::string& text) { return text.find('{') != std::string::npos; }

}  // namespace rekey::policy
