#pragma once

#include "store/sql/dialect.hpp"

namespace rekey::store {

class SqliteDialect final : public Dialect {
public:
    std::string by_index(std::string_view index) const override;
    std::string_view row_id() const override;
    std::string month_of(std::string_view seconds) const override;
    std::string same_but_case(std::string_view one, std::string_view other) const override;
    std::string contains(std::string_view text, std::string_view part) const override;
    std::string matches(std::string_view text, std::string_view pattern) const override;
    std::string is_json(std::string_view text) const override;
    std::string json_member(std::string_view object, std::string_view member) const override;
    std::string json_without(std::string_view object, std::string_view member) const override;
    std::string json_mentions(std::string_view json, std::string_view part) const override;
};

}  // namespace rekey::store
