#include "store/records/coverage_conditions.hpp"

#include <fmt/format.h>

namespace rekey::store {

namespace {

/// Whether a member of the attributes is among the words for yes (IN) or not (NOT IN); one that is not there is not.
std::string member_and_yes(const Dialect& dialect, std::string_view member, std::string_view in) {
    return fmt::format("lower(coalesce({}, '')) {} ('1', 'true', 'yes', 'y')",
                       dialect.json_member("c.attributes", member), in);
}

}  // namespace

std::string coverage_is_active(const Dialect& dialect) { return dialect.same_but_case("c.status", "'ACTIVE'"); }

std::string coverage_in_force(const Dialect& dialect, std::string_view at) {
    return fmt::format("({} AND (c.ends IS NULL OR c.ends >= {}))", coverage_is_active(dialect), at);
}

std::string coverage_renews(const Dialect& dialect) {
    // Most have no such word, and are not read as JSON for it.
    return fmt::format("(CASE WHEN {} AND {} THEN {} AND {} AND coalesce({}, '') = '' ELSE 0 END)",
                       dialect.contains("c.attributes", "'isRenewable'"), dialect.is_json("c.attributes"),
                       member_and_yes(dialect, "isRenewable", "IN"), member_and_yes(dialect, "isCanceled", "NOT IN"),
                       dialect.json_member("c.attributes", "contractCancelDateTime"));
}

}  // namespace rekey::store
