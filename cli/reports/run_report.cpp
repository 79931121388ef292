#include "reports/run_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <map>
#include <system_error>

#include "command/arguments.hpp"
#include "command/exit_code.hpp"
#include "input/interrupt.hpp"
#include "output/progress_line.hpp"
#include "output/terminal.hpp"
#include "rekey/base/base.hpp"
#include "views/json.hpp"
#include "views/short_numbers.hpp"

namespace rekey::cli {

namespace {

std::string in_words(const renewal::Progress& progress, std::chrono::duration<double> since) {
    auto ended = progress.done + progress.deferred + progress.failed;
    return fmt::format("{}/{}, {} done, {} deferred, {} failed{}", ended, progress.total, progress.done,
                       progress.deferred, progress.failed, pace(ended, progress.total - ended, since));
}

/// What an unattended run names of each outcome before it counts the rest: a mail that somebody reads to its end.
constexpr std::int64_t named_in_mail = 20;

/// A collector of logs takes all.
bool is_for_mail(const Session& session) {
    return !session.globals().verbose && log_format(session.globals()) == LogFormat::text;
}

std::string where_all_are(const std::string& outcome, const renewal::Result& result) {
    if (outcome == "deferred") return "see the units: rekey units list";
    if (outcome == "failed" && result.run) return fmt::format("see them all: rekey runs show {}", *result.run);
    if (outcome == "warnings") return "--verbose names all";
    return "see them all: rekey certs renew --due --dry-run";
}

bool is_success(const std::string& outcome) {
    return outcome == "kept" || outcome == "renewed" || outcome == "generated" || outcome == "chain_renewed";
}

/// How many slots get a shorter validity than their rules say, by what cuts it: told once for each.
class Shortenings {
public:
    void add(const std::string& words) {
        if (!words.empty()) ++slots_[words];
    }
    void tell(const Session& session) const {
        for (const auto& [words, slots] : slots_) session.warn(fmt::format("{}: {}", counted(slots, "slot"), words));
    }

private:
    std::map<std::string, std::int64_t> slots_;
};

/// Which issuers a plan has, where nothing but its table needs to know.
struct PlannedIssuers {
    std::string only;         ///< of all slots, where they have one
    bool is_telling = false;  ///< they have several, or a slot gets another one
};

PlannedIssuers issuers_of_plan(Session& session, const renewal::Request& request) {
    PlannedIssuers issuers;
    auto& home = session.home_for_reading();
    renewal::plan(home, session.current_policy(), request, session.now(), [&](const renewal::PlanEntry& planned) {
        if (planned.issuer.empty()) return;
        bool differs = !issuers.only.empty() && planned.issuer != issuers.only;
        bool moves = !planned.old_number.empty() && planned.issuer != planned.old_issuer;
        issuers.is_telling = issuers.is_telling || differs || moves;
        issuers.only = planned.issuer;
    });
    return issuers;
}

/// Whether tables may have to leave columns out.
bool has_narrow_tables(const Session& session) {
    return session.format() == OutputFormat::table && !session.globals().wide && terminal_width(STDOUT_FILENO);
}

/// Says what goes wrong when it does, shows on a terminal how far the run is, and keeps what never
/// became an item of the run for the document at the end.
class ProgressReporter : public renewal::Observer {
public:
    /// `live`: where every item is printed as it ends; none: all of it at the end.
    ProgressReporter(Session& session, Listing* live, bool silent)
        : session_(session),
          live_(live),
          most_(silent && is_for_mail(session) ? named_in_mail : std::numeric_limits<std::int64_t>::max()),
          line_(session.shows_progress() && !silent) {}

    void ended(const renewal::ItemResult& item) override {
        line_.clear();
        bool kept = item.outcome == "kept";
        if (kept) ++kept_;
        if (live_ != nullptr) {
            print_live(item);
        } else if (!working_) {
            not_items_.push_back(item);
        }
        auto name = item.slot.to_string();
        if (!is_success(item.outcome) && names_one_more(item.outcome))
            session_.warn(fmt::format("{} {}: {}", name, item.outcome, printable(item.error)), about_slot(item.slot));
        shortenings_.add(item.shortened);
        if (!item.warning.empty() && names_one_more("warnings"))
            session_.warn(fmt::format("{}: {}", name, printable(item.warning)), about_slot(item.slot));
    }

    void work_begins() override {
        working_ = true;
        began_ = ProgressLine::Clock::now();
    }
    void progress(const renewal::Progress& progress) override {
        if (progress.total > 1 && line_.due()) line_.draw(in_words(progress, ProgressLine::Clock::now() - began_));
    }
    void stopping() override {
        line_.clear();
        session_.note("finishing the steps in flight; once more to leave at once");
    }
    void gave_up(const std::string&) override { session_.leave_at_once(); }
    void clear_progress() { line_.clear(); }
    /// The rows that nobody has read yet; waits for the reader.
    void finish_live() {
        if (live_ != nullptr) follow([](Listing& live) { live.print(); });
    }

    /// Counts what was not named, with the command that shows it.
    void tell_rest(const renewal::Result& result) const {
        shortenings_.tell(session_);
        for (const auto& [outcome, count] : seen_)
            if (count > most_)
                session_.warn(fmt::format("{} more {}", count - most_, outcome), {}, where_all_are(outcome, result));
    }
    bool has_cut(const std::string& outcome) const {
        auto seen = seen_.find(outcome);
        return seen != seen_.end() && seen->second > most_;
    }

    std::int64_t kept() const { return kept_; }
    const std::vector<renewal::ItemResult>& not_items() const { return not_items_; }

private:
    template <class Print>
    void follow(const Print& print) {
        if (!followed_) return;
        try {
            print(*live_);
        } catch (const std::system_error&) {
            followed_ = false;  // nobody reads it any more; the run goes on
        } catch (const Error&) {
            followed_ = false;  // reported at the end
        }
    }
    bool names_one_more(const std::string& outcome) { return ++seen_[outcome] <= most_; }
    void print_live(const renewal::ItemResult& item) {
        live_->row(item_row(item));
        follow([](Listing& live) { live.print_what_is_read(); });
    }

    Session& session_;
    Listing* live_;
    const std::int64_t most_;
    std::map<std::string, std::int64_t> seen_;
    Shortenings shortenings_;
    ProgressLine line_;
    bool working_ = false;
    ProgressLine::Clock::time_point began_{};
    std::int64_t kept_ = 0;
    bool followed_ = true;
    std::vector<renewal::ItemResult> not_items_;
};

/// A table of more rows than this has only what needs attention: the rest is counted, and `runs show` has it.
constexpr std::int64_t most_rows_in_full = 20;

bool shows_attention_only(const Session& session, const renewal::Result& result) {
    auto slots = result.done + result.deferred + result.failed + result.refused + result.held;
    return session.format() == OutputFormat::table && !session.globals().verbose && slots > most_rows_in_full;
}

/// The whole run in order of slot, from what is recorded: also what an interrupted one did before.
void print_document(Session& session, const renewal::Request& request, const renewal::Result& result,
                    const std::vector<renewal::ItemResult>& not_items) {
    Listing document(session, "items", item_keys, item_columns);
    bool by_hand = request.kind != renewal::Request::Kind::generate && !request.selection.due;
    auto reason = request.reason ? Json(store::to_string(*request.reason)) : by_hand ? Json("manual") : Json();
    document.head({{"run", result.run ? Json(*result.run) : Json()}, {"reason", reason}});
    auto& store = session.home_for_writing().store();
    bool attention_only = shows_attention_only(session, result);
    auto print = [&](const renewal::ItemResult& item) {
        if (attention_only && is_success(item.outcome)) return;
        auto row = item_row(item);
        if (session.format() == OutputFormat::table) row.put("slot", item.slot.to_string());
        shorten_numbers(session, store, row, {"old_number", "new_number"});
        document.row(row);
    };
    if (result.run)
        store::each_item(store, *result.run, [&](const store::Item& item) {
            if (item.outcome == store::Outcome::continued) return;
            // What is proven and waits for its old key to be removed is in use.
            bool in_use = item.outcome == store::Outcome::renewed || item.step == store::Step::confirmed;
            auto number = in_use ? item.new_number : "";
            print(
                {item.slot, renewal::outcome_of(item), item.reason, item.why, item.old_number, number, item.error, ""});
        });
    for (const auto& item : not_items) print(item);
    document.finish();
}

/// `points_to_run`: with the command that shows every slot.
void summarise(const Session& session, const renewal::Result& result, std::string_view done, bool points_to_run) {
    std::string text;
    auto add = [&](std::int64_t count, std::string_view word) {
        if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
    };
    add(result.done, done);
    add(result.deferred, "deferred");
    add(result.failed, "failed");
    add(result.refused, "refused");
    add(result.held, "held by a live run");
    if (result.interrupted) text += text.empty() ? "interrupted" : ", interrupted: the same command does the rest";
    if (text.empty()) text = "nothing to do";
    auto hint = points_to_run && result.run ? fmt::format("see: rekey runs show {}", *result.run) : "";
    session.note(result.run ? fmt::format("run {}: {}", *result.run, text) : text, {}, hint);
}

void tell_kept(const Session& session, const renewal::Request& request, std::int64_t kept) {
    if (kept == 0) return;
    if (request.kind == renewal::Request::Kind::generate)
        session.note(fmt::format(
            "filled slots were kept; to replace their certificates: rekey certs renew {}",
            request.selection.units.empty() ? "SLOT" : fmt::format("{}", fmt::join(request.selection.units, " "))));
    else
        session.note(fmt::format("{} at issuer '{}' already, with nothing to do",
                                 kept == 1 ? "1 slot is" : fmt::format("{} slots are", kept), request.issuer));
}

/// An issuer that was named for a run is that of its slots from then on, whatever policy says.
void tell_pinned(const Session& session, const renewal::Request& request, std::int64_t done) {
    if (request.issuer.empty() || done == 0) return;
    const auto& selection = request.selection;
    bool is_one = selection.slots.size() == 1 && selection.units.empty() && selection.where.is_empty();
    auto slot = is_one ? selection.slots.front().to_string() : "UNIT/TYPE";
    session.note(fmt::format("{} {} with issuer '{}', whatever policy says", counted(done, "slot"),
                             done == 1 ? "stays" : "stay", request.issuer),
                 {}, fmt::format("to let {} go: rekey units set {} --issuer ''", done == 1 ? "it" : "one", slot));
}

}  // namespace

const std::vector<std::string> item_keys{"unit",       "node",  "type",   "outcome", "old_number",
                                         "new_number", "error", "reason", "why"};
const std::vector<Column> item_columns{{"slot", "SLOT"},
                                       {"outcome", "OUTCOME"},
                                       {"reason", "REASON", As::text, {.leaves = 3}},
                                       {"old_number", "OLD NUMBER", As::text, {.leaves = 2}},
                                       {"new_number", "NEW NUMBER"}};

Row item_row(const renewal::ItemResult& item) {
    return {{"unit", item.slot.unit},
            {"node", text_or_null(item.slot.node)},
            {"type", item.slot.type},
            {"outcome", item.outcome},
            {"old_number", text_or_null(item.old_number)},
            {"new_number", text_or_null(item.new_number)},
            {"error", text_or_null(item.error)},
            {"reason", item.reason},
            {"why", text_or_null(item.why)}};
}

void select(renewal::SlotSelection& into, store::Selection typed) {
    std::vector<std::string> patterns;
    for (const auto& name : typed.names) {
        if (name.find_first_of("*?") != std::string::npos) {
            patterns.push_back(name);
        } else if (name.find('/') != std::string::npos) {
            into.slots.push_back(parse_slot(name));
        } else {
            require_name(name, "unit");
            into.units.push_back(name);
        }
    }
    typed.names = std::move(patterns);
    into.where = std::move(typed);
}

int run_and_tell(Session& session, const renewal::Request& request, bool silent,
                 const std::function<void(const renewal::Result&)>& also) {
    auto stop = stop_on_interrupt();
    auto& home = session.home_for_writing();
    auto clock = [&session] { return session.now(); };
    using Kind = renewal::Request::Kind;
    auto done = request.kind == Kind::generate ? "generated"
                : request.kind == Kind::chain  ? "with a new chain"
                                               : "renewed";
    bool live = session.format() == OutputFormat::jsonl;
    Listing rows(session, "items", item_keys, item_columns);
    ProgressReporter reporter(session, live ? &rows : nullptr, silent);
    std::optional<Session::Patience> patience(std::in_place, session);
    auto result = renewal::run(home, session.config(), request, clock, session.stamp().actor, reporter, stop);
    reporter.clear_progress();
    patience.reset();
    reporter.finish_live();
    reporter.tell_rest(result);
    // A table is for people who look on; unattended, what went wrong was said already.
    bool wanted =
        session.format() != OutputFormat::table || (silent ? session.globals().verbose : !session.globals().quiet);
    // Counts come before what needs attention, and after a table that has every slot.
    bool counts_first = !silent && shows_attention_only(session, result);
    bool uneventful = result.failed == 0 && result.refused == 0 && result.deferred == 0 && !result.interrupted;
    // A reader of the mail did not see the run.
    bool points_to_run = counts_first || (silent && !reporter.has_cut("failed") && result.failed != 0);
    auto tell_counts = [&] {
        if (!(silent && uneventful)) summarise(session, result, done, points_to_run);
    };
    if (counts_first) tell_counts();
    if (!live && wanted && (result.run || !silent || session.format() != OutputFormat::table))
        print_document(session, request, result, reporter.not_items());
    if (!result.lists_error.empty())
        session.warn(fmt::format("the lists of revoked certificates are not up to date: {}; the next run tries again",
                                 result.lists_error));
    if (!result.trouble.empty())
        session.warn(fmt::format("the run was stopped: {}", printable(result.trouble)), {},
                     result.remedy.empty()
                         ? "what the units did last may not be recorded yet; the same command goes on from there"
                         : result.remedy);
    if (!counts_first) tell_counts();
    tell_kept(session, request, reporter.kept());
    tell_pinned(session, request, result.done);
    if (also) also(result);
    return exit_code(result);
}

int plan_and_tell(Session& session, const renewal::Request& request) {
    auto issuers = has_narrow_tables(session) ? issuers_of_plan(session, request) : PlannedIssuers{};
    Listing listing(
        session, "plan",
        {"unit", "node", "type", "action", "reason", "why", "issuer", "old_number", "old_expires_at", "new_expires_at"},
        {{"slot", "SLOT"},
         {"action", "ACTION"},
         {"reason", "REASON", As::text, {.leaves = 3}},
         {"why", "WHY", As::text, {.shrinks = true}},
         {"issuer", "ISSUER", As::text, {.leaves = issuers.is_telling ? 0 : 1}},
         {"old_number", "OLD NUMBER", As::text, {.leaves = 2}},
         {"new_expires_at", "WOULD EXPIRE", As::time}});
    auto& home = session.home_for_reading();
    Shortenings shortenings;
    renewal::plan(home, session.current_policy(), request, session.now(), [&](const renewal::PlanEntry& planned) {
        shortenings.add(planned.shortened);
        Row row{{"unit", planned.slot.unit},
                {"node", text_or_null(planned.slot.node)},
                {"type", planned.slot.type},
                {"action", renewal::to_string(planned.action)},
                {"reason", planned.reason},
                {"why", planned.why},
                {"issuer", text_or_null(planned.issuer)},
                {"old_number", text_or_null(planned.old_number)},
                {"old_expires_at", planned.old_expires},
                {"new_expires_at", planned.new_expires}};
        if (session.format() == OutputFormat::table) row.put("slot", planned.slot.to_string());
        shorten_numbers(session, home.store(), row, {"old_number"});
        listing.row(row);
    });
    listing.finish();
    if (listing.has_left_out("issuer") && !issuers.only.empty())
        session.note(fmt::format("issuer: {}", printable(issuers.only)));
    shortenings.tell(session);
    session.note("dry run: nothing was changed");
    return exit_done;
}

}  // namespace rekey::cli
