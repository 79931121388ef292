#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace rekey::units {

/// Waits until each server of `addresses` (as `parse_probe` has them) serves the leaf whose number is `number` (hex),
/// or one of `others`, asking again until `patience` is over; no trust is checked, only which certificate it shows.
/// Throws Code::failed with what was served instead, Code::usage for an address that is none.
void probe(const std::string& addresses, const std::string& number, std::chrono::seconds patience,
           const std::vector<std::string>& others = {});

}  // namespace rekey::units
