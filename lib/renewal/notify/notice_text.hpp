#pragma once

#include <string>

#include "rekey/renewal/overview.hpp"

namespace rekey::renewal {

/// The text of a notice: which home, when, the findings that are new to them, and how many there are in all.
struct Notice {
    std::string home;
    std::string organization;  ///< may be empty
    Time at{};
    FindingCounts news;
    FindingCounts all;
    bool example = false;  ///< made up, to try the command
};

/// For programs, as rekey-notify(1) says: an object on one line. Its size does not grow with the fleet.
std::string notice_json(const Notice& notice);
/// For people: a sentence, then the examples of each kind with their remedies; a few KB at most.
std::string notice_text(const Notice& notice);

}  // namespace rekey::renewal
