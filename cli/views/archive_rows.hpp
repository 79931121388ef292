#pragma once

#include <string>

#include "output/progress_line.hpp"
#include "rekey/tenants/archive.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// Tells how an archive is written or read; Ctrl-C stops it.
class ArchiveTeller {
public:
    /// `done`: `written`, `read`.
    ArchiveTeller(Session& session, std::string done);

    /// Throws Code::interrupted.
    void progress(std::int64_t records);
    void finish(const tenants::Archive& archive, const std::string& path);

private:
    Session& session_;
    std::string done_;
    ProgressLine line_;
    ProgressLine::Clock::time_point begun_;
};

}  // namespace rekey::cli
