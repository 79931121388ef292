#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "rekey/base/base.hpp"

/// What is not known is null, never an empty text.
namespace rekey::cli {

inline nlohmann::ordered_json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::ordered_json(to_rfc3339(*time)) : nlohmann::ordered_json();
}

inline nlohmann::ordered_json text_or_null(const std::string& text) {
    return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

/// The value of a field, by its type.
inline nlohmann::ordered_json value_of(const std::string& text) { return text; }
inline nlohmann::ordered_json value_of(std::int64_t number) { return number; }
inline nlohmann::ordered_json value_of(const std::optional<Time>& time) { return time_or_null(time); }
inline nlohmann::ordered_json value_of(const Sha256& digest) { return to_hex(digest); }
inline nlohmann::ordered_json value_of(const std::vector<std::string>& list) { return list; }
template <class Enum>
requires std::is_enum_v<Enum> nlohmann::ordered_json value_of(Enum value) { return to_string(value); }
template <class Enum>
requires std::is_enum_v<Enum> nlohmann::ordered_json value_of(const std::optional<Enum>& value) {
    return value ? value_of(*value) : nlohmann::ordered_json();
}

}  // namespace rekey::cli
