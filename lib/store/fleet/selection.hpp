#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/store/fleet.hpp"

namespace rekey::store {

/// Whether it has wildcards: `*`, `?`.
bool is_pattern(std::string_view text);
/// Whether it says something of the certificate of a slot.
bool asks_for_certificate(const Selection& selection);

/// Whether any unit is selected. Throws Code::usage for a name that cannot be one.
bool selects_unit(Reader& store, const Selection& selection, Among among = {});
/// Whether any slot is selected that holds a certificate, or waits for one that is being made.
bool selects_filled_slot(Reader& store, const Selection& selection);
/// A value as a condition on labels has it: a comma within it is `\,`.
std::string escaped_label_value(const std::string& value);
/// Values that units have for a label, each once and in order; with an empty key, the keys.
void each_label(Reader& store, const std::string& key, const std::function<void(const std::string&)>& visit);
/// The label that most of the selected units have, of equals the first in order; nothing when none has any.
std::optional<std::string> most_used_label(Reader& store, const Selection& units);

}  // namespace rekey::store
