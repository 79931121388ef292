#pragma once

#include <string>
#include <string_view>

#include "rekey/store/store.hpp"
#include "store/sql/condition.hpp"

/// What a `HistoryFilter` says of columns that several tables have, in a form that finds its index.
namespace rekey::store {

void add_times(Condition& condition, std::string_view column, const HistoryFilter& filter);
void add_actor(Condition& condition, std::string_view column, const HistoryFilter& filter);
/// The text itself, or one that goes on with `separator` behind it.
void add_beginning(Condition& condition, std::string_view column, const std::string& text, char separator);

}  // namespace rekey::store
