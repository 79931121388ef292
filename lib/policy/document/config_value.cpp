#include "policy/document/config_value.hpp"

#include "rekey/base/base.hpp"

namespace rekey::policy {

namespace {

std::string_view kind_of(const toml::node& node) {
    switch (node.type()) {
        case toml::node_type::string:
            return "a string";
        case toml::node_type::integer:
            return "an integer";
        case toml::node_type::floating_point:
            return "a decimal number";
        case toml::node_type::boolean:
            return "true or false";
        case toml::node_type::array:
            return "a list";
        case toml::node_type::table:
            return "a table";
        default:
            return "a date or time";
    }
}

}  // namespace

void fail_at(const std::string& file, const toml::source_position& where, const std::string& what,
             const std::string& hint) {
    throw Error(Code::usage, fmt::format("{}:{}:{}: {}", file, where.line, where.column, what), hint);
}

toml::table parse_toml(const std::string& text, const std::string& file) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        fail_at(file, error.source().begin, printable(error.description()), {});
    }
}

void ConfigValue::fail(const std::string& what, const std::string& hint) const {
    fail_at(file_, node_.source().begin, what, hint);
}

void ConfigValue::wrong_kind(std::string_view wanted) const {
    fail(fmt::format("{} must be {}, not {}", key_, wanted, kind_of(node_)));
}

template <class T>
const T& ConfigValue::as_kind(std::string_view wanted) const {
    const T* found = node_.as<T>();
    if (found == nullptr) wrong_kind(wanted);
    return *found;
}

template <class T>
const toml::value<T>& ConfigValue::as(std::string_view wanted) const {
    const toml::value<T>* found = node_.as<T>();
    if (found == nullptr) wrong_kind(wanted);
    return *found;
}

std::string ConfigValue::text() const { return as<std::string>("a string").get(); }

bool ConfigValue::flag() const { return as<bool>("true or false").get(); }

std::int64_t ConfigValue::number() const { return as<std::int64_t>("an integer").get(); }

const toml::table& ConfigValue::table() const { return as_kind<toml::table>("a table"); }

std::vector<ConfigValue> ConfigValue::list() const {
    std::vector<ConfigValue> values;
    for (const auto& each : as_kind<toml::array>("a list of strings")) values.emplace_back(file_, key_, each);
    return values;
}

Period ConfigValue::period() const {
    auto period = period_or_none();
    if (period == Period{}) fail(fmt::format("{} cannot be {}", key_, printable(text())));
    return period;
}

Period ConfigValue::period_or_none() const {
    if (!node_.is_string()) wrong_kind("a period as \"90d\"");
    auto written = text();
    auto period = Period::parse(written);
    if (!period)
        fail(fmt::format("{}: '{}' is not a period", key_, printable(written)),
             "a period is a number and a unit: 10y, 6mo, 2w, 90d, 24h, 30m, 45s");
    return *period;
}

}  // namespace rekey::policy
