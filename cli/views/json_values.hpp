#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "rekey/base/time.hpp"

/// What is not known is null, never an empty text.
namespace rekey::cli {

inline nlohmann::ordered_json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(to_rfc3339(*time)) : nlohmann::ordered_json();
}

inline nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

}  // namespace rekey::cli
