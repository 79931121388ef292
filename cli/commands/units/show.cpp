#include <fmt/format.h>

#include <optional>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "rekey/units/units.hpp"
#include "reports/units_report.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

/// Each rule as an array of texts.
Json rules_json(const store::OwnRules& rules) {
    auto object = Json::object();
    for (const auto& [key, texts] : rules) object[key] = texts;
    return object;
}

/// Of the slots that have rules of their own; the issuer that one is pinned to is among them.
Json slot_rules_json(store::Reader& store, store::Id unit_id) {
    auto object = Json::object();
    for (const auto& slot : store::slots_of(store, unit_id)) {
        auto rules = rules_json(slot.rules);
        if (slot.issuer_id)
            if (auto issuer = store::find_issuer(store, *slot.issuer_id)) rules["issuer"] = Json::array({issuer->name});
        if (!rules.empty()) object[slot.name.on_unit()] = rules;
    }
    return object;
}

}  // namespace

void units_show(Registry& registry) {
    registry.command("units show", "Show one unit", [](Command& command) -> Run {
        auto name = std::make_shared<std::string>();
        command.argument("NAME", *name, "Unit");
        command.example("rekey units show pump-1");
        return [name](Session& session) {
            auto& home = session.home_for_reading();
            require_name(*name, "unit");
            auto named = units::get_unit(home.store(), *name);
            auto found = Json::array();
            for (const auto& slot : units::found_places(home.store(), named)) found.push_back(slot.name.on_unit());
            std::optional<Json> object;
            renewal::each_unit_summary(home, session.current_policy(), {*name}, session.now(),
                                       [&](const renewal::UnitSummary& unit) { object = unit_row(unit).object(); });
            if (!object) return exit_done;
            (*object)["found"] = found;
            (*object)["rules"] = rules_json(named.rules);
            (*object)["slot_rules"] = slot_rules_json(home.store(), named.id);
            print_object(session, *object);
            if (units::is_of_whole_unit(named, store::slots_of(home.store(), named.id)))
                session.note(fmt::format("any slot's certificate satisfies the probe; to give it to one: "
                                         "rekey units set {}/TYPE --probe {}",
                                         named.name, named.probe),
                             about_unit(named.name));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
