#pragma once

#include <span>

#include "store/sql/schema_step.hpp"

namespace rekey::store {

/// All that this program knows, in order; a released step never changes.
std::span<const SchemaStep> schema_steps();

}  // namespace rekey::store
