#include "store/sql/field_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rekey::store {

std::string column_list(const std::vector<FieldColumn>& columns, std::string_view before) {
    std::string list;
    for (const auto& column : columns) list += fmt::format("{}{}{}", list.empty() ? "" : ", ", before, column.name);
    return list;
}

std::string insert_sql(std::string_view table, const std::string& columns) {
    std::string parameters = "?";
    for (auto more = std::count(columns.begin(), columns.end(), ','); more > 0; --more) parameters += ", ?";
    return fmt::format("INSERT INTO {}({}) VALUES({})", table, columns, parameters);
}

}  // namespace rekey::store
