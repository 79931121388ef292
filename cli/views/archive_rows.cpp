#include "views/archive_rows.hpp"

#include <fmt/format.h>

#include "input/interrupt.hpp"
#include "views/json.hpp"

namespace rekey::cli {

ArchiveReporter::ArchiveReporter(Session& session, std::string done)
    : session_(session), done_(std::move(done)), line_(session.shows_progress()), begun_(ProgressLine::Clock::now()) {}

void ArchiveReporter::progress(std::int64_t records) {
    // Not before: until then, Ctrl-C ends the program at once.
    if (!heeds_interrupts_) stop_on_interrupt();
    heeds_interrupts_ = true;
    if (line_.due())
        line_.draw(fmt::format("{} records {}{}", records, done_,
                               pace(records, std::nullopt, ProgressLine::Clock::now() - begun_)));
}

void ArchiveReporter::finish(const tenants::Archive& archive, const std::string& path) {
    line_.clear();
    const auto& counts = archive.counts;
    if (session_.format() != OutputFormat::table)
        print_object(session_, {{"tenant", archive.tenant.name},
                                {"uid", archive.tenant.uid},
                                {"file", path},
                                {"digest", archive.digest},
                                {"devices", counts.devices},
                                {"earlier_devices", counts.earlier_devices},
                                {"coverage", counts.coverage},
                                {"earlier_coverage", counts.earlier_coverage},
                                {"credentials", counts.credentials},
                                {"rotations", counts.rotations},
                                {"syncs", counts.syncs},
                                {"payload_entries", counts.payload_entries},
                                {"audit_entries", counts.audit_entries}});
    session_.note(fmt::format("{}: {} with {} devices, {} coverage records, {} credentials and {} audit entries",
                              archive.tenant.name, done_, counts.devices, counts.coverage, counts.credentials,
                              counts.audit_entries));
}

}  // namespace rekey::cli
