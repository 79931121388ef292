#pragma once

#include <string>

#include "rekey/renewal/renewal.hpp"

/// Which slots a request is about: as the store selects them, and as a run keeps it.
namespace rekey::renewal {

/// The slots that the request names or selects, in full; its limit is not looked at.
store::Selection scope_of(const Request& request);

/// Equal for equal requests: what `Run::selection` keeps.
std::string canonical(const SlotSelection& selection);
/// Whether that text is of a selection of what is due.
bool looks_for_due(const std::string& selection);

}  // namespace rekey::renewal
