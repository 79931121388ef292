#pragma once

#include <memory>
#include <span>

#include "rekey/base/base.hpp"
#include "store/sql/schema_step.hpp"
#include "store/sqlite/connection.hpp"

namespace rekey::store {

enum class Purpose { create, write, read };

/// What `Store::create` and `Store::open` do, for the schema that `steps` make.
std::unique_ptr<Connection> open_database(const std::string& path, Purpose purpose, Time now,
                                          std::span<const SchemaStep> steps);

}  // namespace rekey::store
