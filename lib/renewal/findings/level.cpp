#include "renewal/findings/level.hpp"

namespace rekey::renewal {

std::string_view to_string(Level level) {
    switch (level) {
        case Level::green:
            return "green";
        case Level::amber:
            return "amber";
        case Level::red:
            return "red";
    }
    return "";
}

Level level_of(Urgency urgency) {
    switch (urgency) {
        case Urgency::note:
            return Level::green;
        case Urgency::warning:
            return Level::amber;
        case Urgency::critical:
            return Level::red;
    }
    return Level::red;
}

const Finding* worst_of(const std::vector<Finding>& findings) {
    const Finding* worst = nullptr;
    for (const auto& each : findings) {
        if (each.urgency == Urgency::note) continue;
        bool is_worse = worst == nullptr || each.urgency > worst->urgency ||
                        (each.urgency == worst->urgency && each.kind < worst->kind);
        if (is_worse) worst = &each;
    }
    return worst;
}

}  // namespace rekey::renewal
