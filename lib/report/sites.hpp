#pragma once

#include <map>
#include <string>

#include "rekey/report/report.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// Counts units and slots by the value that they have for one label, as the caller passes over them.
class SiteCounts {
public:
    /// Without a label, nothing is counted.
    SiteCounts(std::string label, Time now) : label_(std::move(label)), now_(now) {}

    void add(const renewal::UnitSummary& summary);
    /// `findings` are those of the slot.
    void add(const renewal::Assessment& assessment, const std::vector<renewal::Finding>& findings);
    Sites sites() &&;

private:
    Site& site_of(const store::Labels& labels);

    std::string label_;
    Time now_;
    std::map<std::string, Site> sites_;
    Site rest_;
};

/// The section of the page, with its heading.
Markup sites_section(const Report& report);

}  // namespace rekey::report
