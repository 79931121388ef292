#pragma once

#include "rekey/store/selection.hpp"

namespace rekey::units {

/// That each name, pattern, label and type of a selection is there, and some unit has all of them. An issuer, a state
/// and an end are not looked at: that nothing is in a state, or ends soon, is an answer and no mistake.
/// Throws Code::not_found, naming the part that nothing has and what was meant by it, if that is near; Code::usage for
/// what cannot be a name.
REKEY_EXPORT void require_matches(store::Reader& store, const store::Selection& selection, store::Among among = {});

}  // namespace rekey::units
