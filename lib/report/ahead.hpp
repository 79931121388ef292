#pragma once

#include "rekey/report/report.hpp"
#include "report/foremost.hpp"
#include "report/markup.hpp"

namespace rekey::report {

/// Collects the certificates that end within `days_ahead`, as the caller passes over the slots, and says what becomes
/// of each.
class AheadList {
public:
    explicit AheadList(Time now) : now_(now), first_(ends_before) {}

    void add(const renewal::Assessment& assessment);
    /// Asks the store which of their units are away.
    List<Ahead> list(store::Reader& store) &&;

private:
    static bool ends_before(const Ahead& one, const Ahead& other) { return one.not_after < other.not_after; }

    Time now_;
    Foremost<Ahead, bool (*)(const Ahead&, const Ahead&)> first_;
};

/// The section of the page, with its heading.
Markup ahead_section(const Report& report);

}  // namespace rekey::report
