#include "store/sqlite/sqlite_dialect.hpp"

#include <fmt/format.h>

namespace rekey::store {

std::string SqliteDialect::by_index(std::string_view index) const { return fmt::format(" INDEXED BY {}", index); }

std::string_view SqliteDialect::row_id() const { return "rowid"; }

std::string SqliteDialect::month_of(std::string_view seconds) const {
    return fmt::format("strftime('%Y-%m', {}, 'unixepoch')", seconds);
}

std::string SqliteDialect::same_but_case(std::string_view one, std::string_view other) const {
    return fmt::format("{} = {} COLLATE NOCASE", one, other);
}

std::string SqliteDialect::contains(std::string_view text, std::string_view part) const {
    return fmt::format("instr({}, {}) > 0", text, part);
}

std::string SqliteDialect::matches(std::string_view text, std::string_view pattern) const {
    return fmt::format("{} GLOB {}", text, pattern);
}

std::string SqliteDialect::is_json(std::string_view text) const { return fmt::format("json_valid({})", text); }

std::string SqliteDialect::json_member(std::string_view object, std::string_view member) const {
    return fmt::format("json_extract({}, '$.{}')", object, member);
}

std::string SqliteDialect::json_without(std::string_view object, std::string_view member) const {
    return fmt::format("json_remove({}, '$.{}')", object, member);
}

std::string SqliteDialect::json_mentions(std::string_view json, std::string_view part) const {
    return fmt::format("EXISTS(SELECT 1 FROM json_tree({}) j WHERE instr(lower(j.atom), lower({})) > 0)", json, part);
}

}  // namespace rekey::store
