#include "views/attribute_columns.hpp"

#include "views/json.hpp"

namespace rekey::cli {

namespace {

/// What is no text is JSON; so is a text that would be read as that.
Json cell(const Json& value) {
    if (!value.is_string()) return value.dump();
    const auto& text = value.get_ref<const std::string&>();
    bool like_json = text == "true" || text == "false" || text == "null" || text.starts_with('[') ||
                     text.starts_with('{') || text.starts_with('"');
    return like_json || text.empty() ? Json(value.dump()) : value;
}

}  // namespace

void AttributeColumns::add(const Json& attributes, const Json& shared) {
    auto take = [&](const std::string& name) {
        if (!columns_.contains(name)) columns_.emplace(name, tenants::attribute_column(kind_, name));
    };
    for (const auto& [name, value] : attributes.items()) {
        auto same = shared.find(name);
        if (same == shared.end() || *same != value) take(name);
    }
    for (const auto& [name, value] : shared.items())
        if (value != "" && !attributes.contains(name)) take(name);
}

std::vector<std::string> AttributeColumns::names() const {
    std::vector<std::string> names;
    for (const auto& [attribute, column] : columns_) names.push_back(column);
    return names;
}

void AttributeColumns::put(Row& row, const Json& attributes) const {
    for (const auto& [attribute, column] : columns_)
        if (auto found = attributes.find(attribute); found != attributes.end()) row.replace(column, cell(*found));
}

}  // namespace rekey::cli
