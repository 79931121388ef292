#pragma once

#include <nlohmann/json.hpp>

#include "views/value.hpp"

/// `Json` in full, for sources that make or read trees of JSON. Headers have its name from `views/value.hpp`.
