#include "payload/value.hpp"

#include <algorithm>
#include <array>

namespace rekey::payload {

const PayloadValue* find(const Dictionary& dictionary, std::string_view key) {
    auto found = std::ranges::find(dictionary, key, [](const auto& item) -> std::string_view { return item.key; });
    return found == dictionary.end() ? nullptr : &found->value;
}

std::string_view kind_of(const PayloadValue& value) {
    constexpr std::array<std::string_view, 7> kinds = {"something else", "true or false", "a whole number", "text",
                                                       "data",           "a list",        "a dictionary"};
    static_assert(kinds.size() == std::variant_size_v<decltype(PayloadValue::content)>);
    return kinds[value.content.index()];
}

}  // namespace rekey::payload
