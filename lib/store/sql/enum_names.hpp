#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"

namespace rekey::store {

/// The words for the values of an enumeration, in its order.
template <std::size_t Size>
using Words = std::array<std::string_view, Size>;

template <class Enum, std::size_t Size>
std::string_view word_for(const Words<Size>& words, Enum value) {
    return words.at(static_cast<std::size_t>(value));
}

template <class Enum, std::size_t Size>
std::optional<Enum> value_of(const Words<Size>& words, std::string_view text) {
    for (std::size_t i = 0; i < Size; ++i)
        if (words[i] == text) return static_cast<Enum>(i);
    return std::nullopt;
}

/// For what was read from the database.
template <class Enum, std::size_t Size>
Enum stored_value_of(const Words<Size>& words, std::string_view text) {
    if (auto value = value_of<Enum>(words, text)) return *value;
    throw Error(Code::corrupt, "the store holds the unknown word '" + printable(text) + "'");
}

}  // namespace rekey::store
