#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/history_options.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "views/listing.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

namespace {

struct CertsHistoryOptions {
    SelectionOptions selection;
    HistoryOptions history;
};

/// Then its name is not needed in every row.
bool is_one_slot(const store::Selection& selection) {
    if (selection.names.size() != 1) return false;
    auto pattern = store::NamePattern::parse(selection.names.front());
    return pattern && pattern->is_exact() && !pattern->is_unit();
}

Listing history_listing(const Session& session, bool one_slot) {
    std::vector<Column> columns{{"at", "WHEN"},
                                {"slot", "SLOT"},
                                {"old_number", "OLD NUMBER", As::text, {.leaves = 6}},
                                {"new_number", "NEW NUMBER"},
                                {"reason", "REASON", As::text, {.leaves = 5}},
                                {"state", "STATE", As::text, {.leaves = 3}},
                                {"actor", "BY", As::text, {.shrinks = true, .leaves = 4}},
                                {"run", "RUN", As::number, {.leaves = 2}},
                                {"comment", "COMMENT", As::text, {.shrinks = true, .leaves = 1}}};
    if (one_slot)
        std::erase_if(columns, [](const Column& column) { return column.key == "slot" || column.key == "run"; });
    return Listing(
        session, "history",
        {"old_number", "new_number", "at", "reason", "state", "actor", "comment", "unit", "node", "type", "run"},
        std::move(columns));
}

Row history_row(const Session& session, store::Reader& store, const store::HistoryEntry& entry) {
    const auto& certificate = entry.certificate;
    const auto& before = certificate.predecessor;
    Row row{{"old_number", text_or_null(before)},
            {"new_number", certificate.facts.number},
            {"at", certificate.recorded_at},
            {"reason", certificate.reason},
            {"state", certificate.state},
            {"actor", certificate.actor},
            {"comment", certificate.comment},
            {"unit", certificate.slot.unit},
            {"node", text_or_null(certificate.slot.node)},
            {"type", certificate.slot.type},
            {"run", entry.run_id}};
    if (session.format() == OutputFormat::table) row.put("slot", certificate.slot.to_string());
    shorten_numbers(session, store, row, {"old_number", "new_number"});
    return row;
}

int list_history(Session& session, const CertsHistoryOptions& options) {
    auto& store = session.home_for_reading().store();
    auto selection = get_selection(store, options.selection, session.now(), {.removed_units = true});
    auto filter = get_history_filter(store, options.history, session.now());
    auto listing = history_listing(session, is_one_slot(selection));
    std::int64_t listed = 0;
    store::each_history_entry(store, selection, filter, [&](const store::HistoryEntry& entry) {
        ++listed;
        listing.row(history_row(session, store, entry));
    });
    listing.finish();
    auto words = selection.to_string();
    auto narrowed = to_string(options.history);
    if (!narrowed.empty()) words += (words.empty() ? "" : " ") + narrowed;
    if (listed == 0 && !words.empty()) session.note(fmt::format("nothing in the history matches {}", printable(words)));
    return exit_done;
}

}  // namespace

void certs_history(Registry& registry) {
    registry.command("certs history", "List the certificates that slots had: number, time, reason, person",
                     [](Command& command) -> Run {
                         auto options = std::make_shared<CertsHistoryOptions>();
                         SelectionWords words;
                         words.states = {"pending", "active", "superseded", "revoked", "rejected", "foreign"};
                         words.limit.clear();
                         add_selection(command, options->selection, words);
                         add_history_filter(command, options->history);
                         command.example("rekey certs history pump-1/online");
                         command.example("rekey certs history --since 7d", "who renewed what in the last week");
                         command.example("rekey certs history --label site=north --since 2026-11-01 --until 2026-12-01",
                                         "November at one site");
                         return [options](Session& session) { return list_history(session, *options); };
                     });
}

}  // namespace rekey::cli
