#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "rekey/tenants/records.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

using tenants::ImportStep;
using tenants::RecordKind;

struct TenantsImportOptions {
    std::vector<std::string> tenants;
    std::string devices;
    std::string coverage;
    std::string map;
    bool dry_run = false;
    bool columns = false;
};

/// What is understood, for people who have a list to import.
void show_columns(const Session& session) {
    Listing listing(session, "columns", {"list", "name", "others"},
                    {{"list", "LIST"}, {"name", "NAME"}, {"others", "ALSO UNDERSTOOD", As::text, {.shrinks = true}}});
    for (auto kind : {RecordKind::devices, RecordKind::coverage})
        for (const auto& column : tenants::column_names(kind))
            listing.row({{"list", kind == RecordKind::devices ? "devices" : "coverage"},
                         {"name", column.name},
                         {"others", is_flat(session) ? Json(fmt::format("{}", fmt::join(column.others, ", ")))
                                                     : Json(column.others)}});
    listing.finish();
    session.note("case, blanks and punctuation do not matter; other names: --map FILE, with lines NAME = FIELD");
}

/// Tells of records, and counts.
class ImportReporter {
public:
    ImportReporter(const Session& session, const store::Tenant& tenant, bool dry_run)
        : session_(session), tenant_(tenant), dry_run_(dry_run) {
        if (dry_run)
            listing_.emplace(session, "records", std::vector<std::string>{"list", "result", "id", "line", "why"},
                             std::vector<Column>{{"list", "LIST", As::text, {.leaves = 1}},
                                                 {"result", "RESULT"},
                                                 {"id", "RECORD"},
                                                 {"line", "LINE", As::number},
                                                 {"why", "WHY", As::text, {.shrinks = true}}});
    }

    void begin(RecordKind kind) {
        kind_ = kind;
        told_ = 0;
    }

    void tell(const ImportStep& step) {
        if (listing_) return row(*listing_, step);
        if (++told_ <= most_told) session_.warn(step.why, about_tenant(tenant_.name), step.hint);
    }

    void finish(const tenants::Imported& done) {
        records_ += done.records;
        refused_ += done.refused;
        const auto* what = word(done.records, kind_);
        if (told_ > most_told)
            session_.warn(fmt::format("{}: {} more are refused", tenant_.name, told_ - most_told),
                          about_tenant(tenant_.name), "all of them are listed by --dry-run");
        auto text = dry_run_ ? fmt::format("{}: {} {} would be imported: {} new, {} changed", tenant_.name,
                                           done.records, what, done.added, done.changed)
                             : fmt::format("{}: {} {} imported", tenant_.name, done.records, what);
        if (done.refused != 0) text += fmt::format(", {} refused", done.refused);
        notes_.push_back(std::move(text));
    }

    /// The exit code.
    int end() {
        if (listing_) listing_->finish();
        for (const auto& note : notes_) session_.note(note, about_tenant(tenant_.name));
        if (refused_ == 0) return exit_done;
        return records_ == 0 ? exit_usage : exit_partly;
    }

private:
    static constexpr std::int64_t most_told = 20;

    static const char* word(std::int64_t count, RecordKind kind) {
        if (kind == RecordKind::devices) return count == 1 ? "device" : "devices";
        return count == 1 ? "coverage record" : "coverage records";
    }

    void row(Listing& listing, const ImportStep& step) {
        const char* result = step.action == ImportStep::Action::added     ? "new"
                             : step.action == ImportStep::Action::changed ? "changed"
                                                                          : "refused";
        listing.row({{"list", kind_ == RecordKind::devices ? "devices" : "coverage"},
                     {"result", result},
                     {"id", step.id},
                     {"line", step.line},
                     {"why", step.hint.empty() ? step.why : fmt::format("{} ({})", step.why, step.hint)}});
    }

    const Session& session_;
    const store::Tenant& tenant_;
    bool dry_run_;
    RecordKind kind_ = RecordKind::devices;
    std::optional<Listing> listing_;
    std::int64_t told_ = 0;
    std::int64_t records_ = 0;
    std::int64_t refused_ = 0;
    std::vector<std::string> notes_;
};

void require_files(const TenantsImportOptions& options) {
    if (options.tenants.size() > 1) throw Error(Code::usage, "more than one tenant was named", "name one");
    if (options.tenants.empty())
        throw Error(Code::usage, "no tenant was named", "rekey tenants import NAME --devices FILE");
    if (options.devices.empty() && options.coverage.empty())
        throw Error(Code::usage, "nothing was given to import", "--devices FILE, --coverage FILE, or both");
    if (options.devices == "-" && options.coverage == "-")
        throw Error(Code::usage, "standard input cannot be both devices and coverage",
                    "give at least one of them as a file, or import one after the other");
}

int import(Session& session, const TenantsImportOptions& options) {
    require_files(options);
    auto& home = options.dry_run ? session.home_for_reading() : session.home_for_writing();
    auto tenant = tenants::get_tenant(home.store(), options.tenants.front());
    ImportReporter reporter(session, tenant, options.dry_run);
    auto take = [&](RecordKind kind, const std::string& path) {
        if (path.empty()) return;
        reporter.begin(kind);
        tenants::ImportWish wish{path, options.map, options.dry_run,
                                 [&](const ImportStep& step) { reporter.tell(step); }};
        reporter.finish(tenants::import_records(home.store(), tenant, kind, wish, session.stamp()));
    };
    take(RecordKind::devices, options.devices);
    take(RecordKind::coverage, options.coverage);
    return reporter.end();
}

}  // namespace

void tenants_import(Registry& registry) {
    registry.command(
        "tenants import", "Load devices and coverage from files; nothing is ever deleted", [](Command& command) -> Run {
            auto options = std::make_shared<TenantsImportOptions>();
            command.arguments("NAME", options->tenants, "Tenant");
            command.option("--devices", "F", options->devices, "Devices, as CSV or JSON; - reads standard input");
            command.option("--coverage", "F", options->coverage, "Coverage, as CSV or JSON");
            command.option("--map", "F", options->map, "File with your own column names: lines NAME = FIELD");
            command.flag("-n,--dry-run", options->dry_run,
                         "Change nothing; show what would be new, changed and refused");
            command.flag("--columns", options->columns, "Only show the column names that are understood");
            command.example("rekey tenants import acme --devices devices.csv --coverage coverage.jsonl");
            command.example("rekey tenants import acme --devices assets.csv --dry-run");
            command.example("rekey tenants import --columns");
            command.ending(exit_partly, "Some records were refused, each with the reason; the others were imported.");
            return [options](Session& session) {
                if (!options->columns) return import(session, *options);
                show_columns(session);
                return static_cast<int>(exit_done);
            };
        });
}

}  // namespace rekey::cli
