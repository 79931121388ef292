#include "store/sql/field_list.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rekey::store {

std::string insert_sql(std::string_view table, const std::string& columns) {
    std::string parameters = "?";
    for (auto more = std::count(columns.begin(), columns.end(), ','); more > 0; --more) parameters += ", ?";
    return fmt::format("INSERT INTO {}({}) VALUES({})", table, columns, parameters);
}

std::string update_sql(std::string_view table, const std::string& assignments) {
    return fmt::format("UPDATE {} SET {} WHERE id = ?", table, assignments);
}

void read_field(Query& row, Sha256& value) {
    value = {};
    Bytes bytes = row.bytes();
    std::copy_n(bytes.begin(), std::min(bytes.size(), value.size()), value.begin());
}

}  // namespace rekey::store
