#include "renewal/plan/request_scope.hpp"

#include <set>

namespace rekey::renewal {

store::Selection scope_of(const Request& request) {
    auto scope = request.selection.where;
    scope.limit = 0;
    for (const auto& name : request.selection.units) scope.names.push_back(name);
    for (const auto& name : request.selection.slots) scope.names.push_back(name.to_string());
    return scope;
}

std::string canonical(const SlotSelection& selection) {
    if (selection.all) return selection.where.limit == 0 ? "all" : "all " + selection.where.to_string();
    std::set<std::string> names(selection.units.begin(), selection.units.end());
    for (const auto& slot : selection.slots) names.insert(slot.to_string());
    auto where = selection.where;
    where.names.insert(where.names.end(), names.begin(), names.end());
    auto text = where.to_string();
    if (selection.due) text = text.empty() ? "due" : "due " + text;
    return text;
}

bool looks_for_due(const std::string& selection) { return selection == "due" || selection.starts_with("due "); }

}  // namespace rekey::renewal
