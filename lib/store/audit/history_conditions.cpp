#include "store/audit/history_conditions.hpp"

#include <fmt/format.h>

namespace rekey::store {

void add_times(Condition& condition, std::string_view column, const HistoryFilter& filter) {
    if (filter.since) {
        condition.add(fmt::format(" AND {} >= ?", column));
        condition.value(unix_seconds(*filter.since));
    }
    if (filter.until) {
        condition.add(fmt::format(" AND {} < ?", column));
        condition.value(unix_seconds(*filter.until));
    }
}

void add_actor(Condition& condition, std::string_view column, const HistoryFilter& filter) {
    if (!filter.actor.empty()) add_beginning(condition, column, filter.actor, '@');
}

void add_beginning(Condition& condition, std::string_view column, const std::string& text, char separator) {
    // A range, as LIKE would not use the index.
    condition.add(fmt::format(" AND ({0} = ? OR ({0} >= ? AND {0} < ?))", column));
    condition.value(text);
    condition.value(text + separator);
    condition.value(text + static_cast<char>(separator + 1));
}

}  // namespace rekey::store
