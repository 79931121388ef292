#include "run_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <csignal>

#include "exit_code.hpp"
#include "rekey/base/names.hpp"

namespace rekey::cli {

namespace {

std::atomic<bool> stop_requested = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

/// The first Ctrl-C finishes the steps in flight; the second ends the process at once.
void request_stop(int signal) {
    stop_requested = true;
    std::signal(signal, SIG_DFL);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

/// Prints items as they end, and shows how far the run is on a terminal.
class Teller : public renewal::Observer {
public:
    Teller(Session& session, Listing* rows, bool silent)
        : session_(session),
          rows_(rows),
          silent_(silent),
          shows_progress_(isatty(STDERR_FILENO) != 0 && !session.globals().quiet && !silent) {}

    void ended(const renewal::Ended& item) override {
        clear_progress();
        if (item.outcome == "kept") any_kept_ = true;
        bool success = item.outcome == "renewed" || item.outcome == "generated" || item.outcome == "kept";
        if (rows_ != nullptr && !(silent_ && success && !session_.globals().verbose)) rows_->row(row_of(item));
        auto name = item.slot.to_string();
        if (!success) session_.warn(fmt::format("{} {}: {}", name, item.outcome, printable(item.error)));
        if (!item.warning.empty()) session_.warn(fmt::format("{}: {}", name, printable(item.warning)));
    }

    void progress(std::int64_t done, std::int64_t total) override {
        if (!shows_progress_ || total < 2) return;
        fmt::print(stderr, "\r{}/{}\x1b[K", done, total);
        std::fflush(stderr);
        shown_ = true;
    }

    bool any_kept() const { return any_kept_; }

    void clear_progress() {
        if (!shown_) return;
        fmt::print(stderr, "\r\x1b[K");
        shown_ = false;
    }

private:
    Json row_of(const renewal::Ended& item) const {
        auto row = item_json(item);
        if (session_.format() == Format::table) row["slot"] = item.slot.to_string();
        return row;
    }

    Session& session_;
    Listing* rows_;
    bool silent_;
    bool shows_progress_;
    bool shown_ = false;
    bool any_kept_ = false;
};

/// The document of a whole run, from what is recorded: also what an interrupted one did before.
void print_document(Session& session, const renewal::Request& request, const renewal::Result& result,
                    const std::vector<renewal::Ended>& not_items) {
    Listing document(session, "items", item_keys, item_columns);
    document.head({{"run", result.run ? Json(*result.run) : Json()},
                   {"reason", request.reason                                  ? Json(store::to_string(*request.reason))
                              : request.selection.due                         ? Json()
                              : request.kind == renewal::Request::Kind::renew ? Json("manual")
                                                                              : Json()}});
    auto& store = session.home_for_writing().store();
    if (result.run)
        store::each_item(store, *result.run, [&](const store::Item& item) {
            if (item.outcome == store::Outcome::continued) return;
            document.row(item_json({item.slot, renewal::outcome_of(item), item.reason, item.why, item.old_number,
                                    item.outcome == store::Outcome::renewed ? item.new_number : "", item.error, ""}));
        });
    for (const auto& item : not_items) document.row(item_json(item));
    document.finish();
}

/// Keeps what never became an item of the run, for the document.
class Collector : public Teller {
public:
    explicit Collector(Session& session, bool silent) : Teller(session, nullptr, silent) {}
    void ended(const renewal::Ended& item) override {
        Teller::ended(item);
        if (!working_) not_items.push_back(item);
    }
    void progress(std::int64_t done, std::int64_t total) override { Teller::progress(done, total); }
    void work_begins() override { working_ = true; }
    std::vector<renewal::Ended> not_items;

private:
    bool working_ = false;
};

void summarise(const Session& session, const renewal::Result& result, bool generated) {
    std::string text;
    auto add = [&](std::int64_t count, std::string_view word) {
        if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
    };
    add(result.done, generated ? "generated" : "renewed");
    add(result.deferred, "deferred");
    add(result.failed, "failed");
    add(result.refused, "refused");
    add(result.held, "held by a live run");
    if (result.interrupted) text += text.empty() ? "interrupted" : ", interrupted: the same command does the rest";
    if (text.empty()) text = "nothing to do";
    session.note(result.run ? fmt::format("run {}: {}", *result.run, text) : text);
}

}  // namespace

const std::vector<std::string> item_keys{"unit",       "node",  "type",   "outcome", "old_number",
                                         "new_number", "error", "reason", "why"};
const std::vector<Column> item_columns{{"slot", "SLOT"},
                                       {"outcome", "OUTCOME"},
                                       {"reason", "REASON"},
                                       {"old_number", "OLD NUMBER"},
                                       {"new_number", "NEW NUMBER"}};

Json item_json(const renewal::Ended& item) {
    return {{"unit", item.slot.unit},
            {"node", text_or_null(item.slot.node)},
            {"type", item.slot.type},
            {"outcome", item.outcome},
            {"old_number", text_or_null(item.old_number)},
            {"new_number", text_or_null(item.new_number)},
            {"error", text_or_null(item.error)},
            {"reason", item.reason ? Json(store::to_string(*item.reason)) : Json()},
            {"why", text_or_null(item.why)}};
}

int run_and_tell(Session& session, const renewal::Request& request, bool silent) {
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    auto& home = session.home_for_writing();
    auto clock = [&session] { return session.now(); };
    bool generated = request.kind == renewal::Request::Kind::generate;
    renewal::Result result;
    bool any_kept = false;
    if (session.format() == Format::json) {
        Collector collector(session, silent);
        result = renewal::run(home, session.config(), request, clock, session.stamp().actor, collector, stop_requested);
        collector.clear_progress();
        any_kept = collector.any_kept();
        print_document(session, request, result, collector.not_items);
    } else {
        Listing rows(session, "items", item_keys, item_columns);
        Teller teller(session, session.globals().quiet ? nullptr : &rows, silent);
        result = renewal::run(home, session.config(), request, clock, session.stamp().actor, teller, stop_requested);
        teller.clear_progress();
        any_kept = teller.any_kept();
        if (!session.globals().quiet && !(silent && session.format() == Format::table && !result.run)) rows.finish();
    }
    bool uneventful = result.failed == 0 && result.refused == 0 && result.deferred == 0 && !result.interrupted;
    if (!(silent && uneventful)) summarise(session, result, generated);
    if (any_kept)
        session.note(fmt::format("filled slots were kept; to replace their certificates: rekey certs renew {}",
                                 fmt::join(request.selection.units, " ")));
    return exit_code(result);
}

int plan_and_tell(Session& session, const renewal::Request& request) {
    Listing listing(
        session, "plan",
        {"unit", "node", "type", "action", "reason", "why", "issuer", "old_number", "old_expires_at", "new_expires_at"},
        {{"slot", "SLOT"},
         {"action", "ACTION"},
         {"reason", "REASON"},
         {"why", "WHY"},
         {"issuer", "ISSUER"},
         {"old_number", "OLD NUMBER"},
         {"new_expires_at", "WOULD EXPIRE"}});
    auto time_or_null = [](const std::optional<Time>& time) { return time ? Json(to_rfc3339(*time)) : Json(); };
    renewal::plan(session.home_for_reading(), session.config(), request, session.now(),
                  [&](const renewal::Planned& planned) {
                      Json row{{"unit", planned.slot.unit},
                               {"node", text_or_null(planned.slot.node)},
                               {"type", planned.slot.type},
                               {"action", renewal::to_string(planned.action)},
                               {"reason", planned.reason ? Json(store::to_string(*planned.reason)) : Json()},
                               {"why", planned.why},
                               {"issuer", text_or_null(planned.issuer)},
                               {"old_number", text_or_null(planned.old_number)},
                               {"old_expires_at", time_or_null(planned.old_expires)},
                               {"new_expires_at", time_or_null(planned.new_expires)}};
                      if (session.format() == Format::table) row["slot"] = planned.slot.to_string();
                      listing.row(row);
                  });
    listing.finish();
    session.note("dry run: nothing was changed");
    return exit_done;
}

}  // namespace rekey::cli
