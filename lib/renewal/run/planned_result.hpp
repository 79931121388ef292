#pragma once

#include <string>
#include <string_view>

#include "rekey/renewal/renewal.hpp"

/// What a run reports of slots that it does not work on: it waits until the plan is durable.
namespace rekey::renewal {

/// The result of a slot that the plan leaves alone: held, deferred, refused or kept. Throws Code::corrupt for others.
ItemResult to_result(const PlanEntry& planned);

/// Such a result as a text for a spool, and back.
std::string to_line(const ItemResult& ended);
ItemResult from_line(std::string_view line);

}  // namespace rekey::renewal
