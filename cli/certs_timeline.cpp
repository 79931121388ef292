#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "commands.hpp"
#include "exit_code.hpp"
#include "listing.hpp"
#include "rekey/store/certificates.hpp"
#include "terminal.hpp"

namespace rekey::cli {

namespace {

/// As many months as a terminal shows without scrolling, or nearly; beyond, years.
constexpr std::size_t most_months = 36;
constexpr std::size_t narrowest_bar = 10;

struct Options {
    std::vector<std::string> units;
    std::string type;
    std::string by;
    std::vector<std::string> labels;
};

using Counts = std::map<std::string, std::int64_t>;  ///< by type
using Timeline = std::map<std::string, Counts>;      ///< by month, as `2036-03`

/// What is in use; a month costs a few bytes, however large the fleet.
Timeline timeline_of(Session& session, const Options& options) {
    constexpr std::size_t month = 7;
    store::CertificateFilter filter;
    filter.units = options.units;
    filter.type = options.type;
    filter.labels = parse_labels(options.labels);
    Timeline months;
    store::each_certificate(session.home_for_reading().store(), filter, [&](const store::Certificate& certificate) {
        if (certificate.state == store::CertificateState::pending) return;
        ++months[to_rfc3339(certificate.facts.not_after).substr(0, month)][certificate.slot.type];
    });
    return months;
}

Timeline by_year(const Timeline& months) {
    Timeline years;
    for (const auto& [month, counts] : months)
        for (const auto& [type, count] : counts) years[month.substr(0, 4)][type] += count;
    return years;
}

std::int64_t total_of(const Counts& counts) {
    std::int64_t total = 0;
    for (const auto& [type, count] : counts) total += count;
    return total;
}

std::string words_of(const Counts& counts) {
    std::string text;
    for (const auto& [type, count] : counts) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", type, count);
    return text;
}

/// Columns of whoever looks on.
std::size_t width() {
    if (auto columns = terminal_width(STDOUT_FILENO)) return *columns;
    const char* columns = std::getenv("COLUMNS");
    int wanted = columns != nullptr ? std::atoi(columns) : 0;
    return wanted > 0 ? static_cast<std::size_t>(wanted) : 80;
}

/// The period after this one.
std::string next(const std::string& period) {
    int year = std::stoi(period.substr(0, 4));
    if (period.size() == 4) return fmt::format("{:04}", year + 1);
    int month = std::stoi(period.substr(5));
    return month == 12 ? fmt::format("{:04}-01", year + 1) : fmt::format("{:04}-{:02}", year, month + 1);
}

void draw(const Timeline& timeline, std::string_view now) {
    std::int64_t largest = 0;
    std::size_t longest_words = 0;
    for (const auto& [period, counts] : timeline) {
        largest = std::max(largest, total_of(counts));
        longest_words = std::max(longest_words, words_of(counts).size());
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
        expected = next(period);
        auto total = total_of(counts);
        auto length = static_cast<std::size_t>(total) * bar / static_cast<std::size_t>(largest);
        // Never nothing, where there is something.
        length = std::max<std::size_t>(length, 1);
        fmt::print("{}{} {:>{}} {:<{}}", period,
                   period < now    ? '!'
                   : period == now ? '<'
                                   : ' ',
                   total, digits, std::string(length, '#'), with_words ? bar + 2 : 0);
        fmt::print("{}\n", with_words ? words_of(counts) : "");
    }
}

int show(Session& session, const Options& options) {
    for (const auto& unit : options.units) get_unit(session.home_for_reading().store(), unit);
    auto timeline = timeline_of(session, options);
    bool years = options.by == "year" || (options.by.empty() && timeline.size() > most_months);
    if (years) timeline = by_year(timeline);
    if (session.format() != Format::table) {
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
        return total_of(one.second) < total_of(other.second);
    });
    std::int64_t all = 0;
    for (const auto& [period, counts] : timeline) all += total_of(counts);
    session.note(fmt::format("{} of {} certificates expire in {}", total_of(herd->second), all, herd->first));
    return exit_done;
}

}  // namespace

void certs_timeline(Registry& registry) {
    registry.command("certs timeline", "Draw when certificates expire", [](Command& command) -> Run {
        auto options = std::make_shared<Options>();
        command.arguments("UNIT", options->units, "Units; all when none is named");
        command.option("--type", "T", options->type, "Only this type");
        command.choice("--by", "P", options->by, {"month", "year"}, "Months, or years where those were too many");
        command.options("--label", "K=V", options->labels, "Only of units with this label; repeatable");
        command.example("rekey certs timeline");
        command.example("rekey certs timeline --by year --type online");
        return [options](Session& session) { return show(session, *options); };
    });
}

}  // namespace rekey::cli
