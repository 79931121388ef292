#include "store/fleet/own_rules.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

bool names_issuer(const OwnRules& rules, const std::string& issuer) {
    auto rule = rules.find(issuer_rule);
    return rule != rules.end() && rule->second == std::vector{issuer};
}

}  // namespace

std::optional<std::string> unit_that_names_issuer(Reader& store, const std::string& issuer) {
    Query query(store, "SELECT name, rules FROM units WHERE removed_at IS NULL AND rules <> '{}' ORDER BY name");
    while (query.next()) {
        auto unit = query.text();
        if (names_issuer(own_rules_from(query.text()), issuer)) return unit;
    }
    return std::nullopt;
}

void rename_issuer_in_rules(Transaction& transaction, const std::string& issuer, const std::string& new_name) {
    std::vector<std::pair<Id, OwnRules>> renamed;
    {
        Query query(transaction, "SELECT id, rules FROM units WHERE removed_at IS NULL AND rules <> '{}'");
        while (query.next()) {
            auto id = query.integer();
            auto rules = own_rules_from(query.text());
            if (!names_issuer(rules, issuer)) continue;
            rules[issuer_rule] = {new_name};
            renamed.emplace_back(id, std::move(rules));
        }
    }
    for (const auto& [id, rules] : renamed)
        change(transaction, "UPDATE units SET rules = ? WHERE id = ?", to_column(rules), id);
}

OwnRules own_rules_from(const std::string& column) {
    if (column == "{}") return {};
    try {
        return nlohmann::json::parse(column).get<OwnRules>();
    } catch (const nlohmann::json::exception&) {
        throw Error(Code::corrupt, fmt::format("rules of a unit or slot are '{}'", printable(column)),
                    "restore the home from a backup");
    }
}

std::string to_column(const OwnRules& rules) {
    auto object = nlohmann::json::object();
    for (const auto& [key, values] : rules) object[key] = values;
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void set_slot_rules(Transaction& transaction, Id slot_id, const OwnRules& rules) {
    if (change(transaction, "UPDATE slots SET rules = ? WHERE id = ?", to_column(rules), slot_id) == 0)
        throw Error(Code::not_found, fmt::format("there is no slot with id {}", slot_id));
}

std::int64_t count_slots_pinned_elsewhere(Reader& store, Id issuer_id) {
    return count(store,
                 "SELECT count(*) FROM slots s JOIN units u ON u.id = s.unit_id WHERE s.declared = 1 "
                 "AND u.removed_at IS NULL AND s.issuer_id IS NOT NULL AND s.issuer_id <> ?",
                 issuer_id);
}

}  // namespace rekey::store
