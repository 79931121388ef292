#include "policy/document/key_spelling.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text/spelling.hpp"

namespace rekey::policy {

std::string suggestion(std::string_view written, const std::vector<std::string_view>& known) {
    Nearest nearest(written);
    for (auto name : known) nearest.offer(name);
    if (const auto& found = nearest.found()) return fmt::format("did you mean '{}'?", *found);
    return fmt::format("known are {}", fmt::join(known, ", "));
}

}  // namespace rekey::policy
