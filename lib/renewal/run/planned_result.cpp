#include "renewal/run/planned_result.hpp"

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"

namespace rekey::renewal {

ItemResult to_result(const PlanEntry& planned) {
    ItemResult ended{planned.slot, "", planned.reason, planned.why, planned.old_number, "", "", ""};
    switch (planned.action) {
        case Action::held:
            ended.outcome = "held";
            break;
        case Action::wait:
            ended.outcome = "deferred";
            break;
        case Action::refuse:
            ended.outcome = "refused";
            break;
        case Action::keep:
            ended.outcome = "kept";
            break;
        default:
            throw Error(Code::corrupt, "a slot that is worked on was reported as if it were not");
    }
    ended.error = planned.why;
    return ended;
}

/// Each member with a NUL behind it, which none of them holds.
std::string to_line(const ItemResult& ended) {
    std::string line;
    for (const auto& text : {ended.slot.to_string(), ended.outcome,
                             ended.reason ? std::string(store::to_string(*ended.reason)) : std::string{}, ended.why,
                             ended.old_number, ended.error})
        line.append(text.c_str()).push_back('\0');
    return line;
}

ItemResult from_line(std::string_view line) {
    auto next = [&line] {
        auto end = line.find('\0');
        std::string text(line.substr(0, end));
        line.remove_prefix(end + 1);
        return text;
    };
    ItemResult ended;
    ended.slot = SlotName::parse(next()).value_or(SlotName{});
    ended.outcome = next();
    if (auto reason = next(); !reason.empty()) ended.reason = store::reason(reason);
    ended.why = next();
    ended.old_number = next();
    ended.error = next();
    return ended;
}

}  // namespace rekey::renewal
