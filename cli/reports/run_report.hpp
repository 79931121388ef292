#pragma once

#include <functional>

#include "rekey/renewal/renewal.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// What was typed as the selection of a run: names in full, and what else has to hold. Throws Code::usage.
void select(renewal::SlotSelection& into, store::Selection typed);

/// Runs the request and tells of it: `{"run":…, "reason":…, "items":[…]}` or lines; returns the exit code.
/// `silent`: say nothing when there was nothing to do, and of successes only with --verbose (cron).
/// `also` is called with the result once all of it is reported.
int run_and_tell(Session& session, const renewal::Request& request, bool silent,
                 const std::function<void(const renewal::Result&)>& also = {});

/// Prints what would be done; changes nothing.
int plan_and_tell(Session& session, const renewal::Request& request);

/// An item of a run as JSON has it: unit, node, type, outcome, old_number, new_number, error; and reason, why.
Row item_row(const renewal::ItemResult& item);
extern const std::vector<std::string> item_keys;
extern const std::vector<Column> item_columns;

}  // namespace rekey::cli
