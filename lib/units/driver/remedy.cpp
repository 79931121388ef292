#include "units/driver/remedy.hpp"

#include <string_view>

namespace rekey::units {

std::string with_unit_named(std::string remedy, const std::string& unit) {
    constexpr std::string_view command = "rekey units set ";
    constexpr std::string_view nameless = "rekey units set UNIT ";
    for (auto at = remedy.find(nameless); at != std::string::npos; at = remedy.find(nameless, at + nameless.size()))
        remedy.replace(at, nameless.size(), std::string(command) + unit + " ");
    return remedy;
}

Error with_unit_named(const Error& error, const std::string& unit) {
    return {error.code(), error.message(), with_unit_named(error.hint(), unit)};
}

}  // namespace rekey::units
