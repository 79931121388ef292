#pragma once

#include <optional>
#include <string>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// The rule that has the name of an issuer.
inline constexpr const char* issuer_rule = "issuer";

/// The first unit, by name, whose own rules name the issuer; nothing where none does.
std::optional<std::string> unit_that_names_issuer(Reader& store, const std::string& issuer);
/// Where the own rules of a unit name an issuer, they have its new name from now on. Slots are pinned by its id.
void rename_issuer_in_rules(Transaction& transaction, const std::string& issuer, const std::string& new_name);

/// As the columns `rules` of units and slots have them. Throws Code::corrupt.
OwnRules own_rules_from(const std::string& column);
std::string to_column(const OwnRules& rules);

void set_slot_rules(Transaction& transaction, Id slot_id, const OwnRules& rules);

}  // namespace rekey::store
