#pragma once

#include <string>

#include "output/progress_line.hpp"
#include "rekey/tenants/records.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// Tells how an archive is written or read. From its first record on, Ctrl-C requests the end.
class ArchiveReporter {
public:
    /// `done`: `written`, `read`.
    ArchiveReporter(Session& session, std::string done);

    void progress(std::int64_t records);
    void finish(const tenants::Archive& archive, const std::string& path);

private:
    Session& session_;
    std::string done_;
    bool heeds_interrupts_ = false;
    ProgressLine line_;
    ProgressLine::Clock::time_point begun_;
};

}  // namespace rekey::cli
