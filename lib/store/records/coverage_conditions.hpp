#pragma once

#include <string>
#include <string_view>

#include "store/sql/dialect.hpp"

namespace rekey::store {

/// Conditions on `coverage c`.

/// A status in small letters is of an older home.
std::string coverage_is_active(const Dialect& dialect);
/// Whether it is in force at a time, the parameter `at`.
std::string coverage_in_force(const Dialect& dialect, std::string_view at);
/// Whether it renews itself. A list has words where the provider has true and false.
std::string coverage_renews(const Dialect& dialect);

}  // namespace rekey::store
