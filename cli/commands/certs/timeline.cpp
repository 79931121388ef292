#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "output/terminal.hpp"
#include "rekey/renewal/overview.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

/// As many months as a terminal shows without scrolling, or nearly; beyond, years.
constexpr std::size_t most_months = 36;
constexpr std::size_t narrowest_bar = 10;

struct CertsTimelineOptions {
    SelectionOptions selection;
    std::string by;
};

using renewal::Timeline;

Timeline timeline_of(Session& session, const CertsTimelineOptions& options) {
    store::CertificateFilter filter;
    auto& store = session.home_for_reading().store();
    filter.which = get_selection(store, options.selection, session.now());
    Timeline months;
    store::each_certificate(store, filter,
                            [&](const store::Certificate& certificate) { renewal::add_to(months, certificate); });
    return months;
}

/// Columns of the terminal.
std::size_t width() {
    if (auto columns = terminal_width(STDOUT_FILENO)) return *columns;
    const char* columns = std::getenv("COLUMNS");
    int wanted = columns != nullptr ? std::atoi(columns) : 0;
    return wanted > 0 ? static_cast<std::size_t>(wanted) : 80;
}

void draw(const Timeline& timeline, std::string_view now) {
    std::int64_t largest = 0;
    std::size_t longest_words = 0;
    for (const auto& [period, counts] : timeline) {
        largest = std::max(largest, renewal::total_of(counts));
        longest_words = std::max(longest_words, renewal::in_words(counts).size());
    }
    auto digits = std::to_string(largest).size();
    auto period_width = timeline.begin()->first.size();
    auto columns = width();
    // The marker, two gaps, and the number.
    auto rest = columns - std::min(columns, period_width + 2 + 2 + digits);
    bool with_words = rest >= narrowest_bar + 2 + longest_words;
    auto bar = std::max(with_words ? rest - 2 - longest_words : rest, narrowest_bar);
    std::string expected = timeline.begin()->first;
    for (const auto& [period, counts] : timeline) {
        if (period != expected) fmt::print("{:>{}}\n", "...", period_width);
        expected = renewal::next_period(period);
        auto total = renewal::total_of(counts);
        auto length = static_cast<std::size_t>(total) * bar / static_cast<std::size_t>(largest);
        // Never nothing, where there is something.
        length = std::max<std::size_t>(length, 1);
        fmt::print("{}{} {:>{}} {:<{}}", period,
                   period < now    ? '!'
                   : period == now ? '<'
                                   : ' ',
                   total, digits, std::string(length, '#'), with_words ? bar + 2 : 0);
        fmt::print("{}\n", with_words ? renewal::in_words(counts) : "");
    }
}

int show(Session& session, const CertsTimelineOptions& options) {
    auto timeline = timeline_of(session, options);
    bool years = options.by == "year" || (options.by.empty() && timeline.size() > most_months);
    if (years) timeline = renewal::by_year(timeline);
    if (session.format() != OutputFormat::table) {
        Listing listing(session, "timeline", {"period", "type", "certificates"}, {});
        for (const auto& [period, counts] : timeline)
            for (const auto& [type, count] : counts)
                listing.row({{"period", period}, {"type", type}, {"certificates", count}});
        listing.finish();
        return exit_done;
    }
    if (timeline.empty()) {
        session.note("no certificate is in use");
        return exit_done;
    }
    auto now = to_rfc3339(session.now()).substr(0, years ? 4 : 7);
    draw(timeline, now);
    auto herd = std::max_element(timeline.begin(), timeline.end(), [](const auto& one, const auto& other) {
        return renewal::total_of(one.second) < renewal::total_of(other.second);
    });
    std::int64_t all = 0;
    for (const auto& [period, counts] : timeline) all += renewal::total_of(counts);
    session.note(fmt::format("{} of {} certificates expire in {}", renewal::total_of(herd->second), all, herd->first));
    return exit_done;
}

}  // namespace

void certs_timeline(Registry& registry) {
    registry.command("certs timeline", "Draw when certificates expire", [](Command& command) -> Run {
        auto options = std::make_shared<CertsTimelineOptions>();
        SelectionWords words;
        words.limit.clear();
        add_selection(command, options->selection, words);
        command.choice("--by", "P", options->by, {"month", "year"},
                       "Length of a period [month; year if there are too many]");
        command.example("rekey certs timeline");
        command.example("rekey certs timeline --by year --type online --label site=north");
        return [options](Session& session) { return show(session, *options); };
    });
}

}  // namespace rekey::cli
