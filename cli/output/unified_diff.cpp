#include "output/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

namespace rekey::cli {

namespace {

using Lines = std::vector<std::string_view>;  ///< each with its line break, where it has one

Lines lines_in(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

/// The same line, at its places in both texts.
struct Match {
    std::size_t before;
    std::size_t after;
};

/// Finds the lines that stay, by "patience": lines that are in both texts exactly once are taken as far as they are in
/// the same order, and what is between two of them is looked at by itself.
class LineMatcher {
public:
    LineMatcher(const Lines& before, const Lines& after) : before_(before), after_(after) {}

    std::vector<Match> matches() {
        match({0, 0}, {before_.size(), after_.size()});
        return std::move(found_);
    }

private:
    /// From `begin` to before `end`.
    void match(Match begin, Match end) {
        while (begin.before < end.before && begin.after < end.after && same(begin)) {
            found_.push_back(begin);
            begin = {begin.before + 1, begin.after + 1};
        }
        std::vector<Match> at_end;
        while (begin.before < end.before && begin.after < end.after && same({end.before - 1, end.after - 1})) {
            end = {end.before - 1, end.after - 1};
            at_end.push_back(end);
        }
        auto anchors = in_same_order(unique_in_both(begin, end));
        if (!anchors.empty()) {
            for (const auto& anchor : anchors) {
                match(begin, anchor);
                found_.push_back(anchor);
                begin = {anchor.before + 1, anchor.after + 1};
            }
            match(begin, end);
        }
        found_.insert(found_.end(), at_end.rbegin(), at_end.rend());
    }

    bool same(const Match& at) const { return before_[at.before] == after_[at.after]; }

    /// In the order of `before`.
    std::vector<Match> unique_in_both(const Match& begin, const Match& end) const {
        struct Places {
            std::size_t in_before = 0;
            std::size_t in_after = 0;
            Match last{};
        };
        std::map<std::string_view, Places> places;
        for (auto i = begin.before; i < end.before; ++i) {
            auto& line = places[before_[i]];
            ++line.in_before;
            line.last.before = i;
        }
        for (auto i = begin.after; i < end.after; ++i) {
            auto& line = places[after_[i]];
            ++line.in_after;
            line.last.after = i;
        }
        std::vector<Match> unique;
        for (const auto& [text, line] : places)
            if (line.in_before == 1 && line.in_after == 1) unique.push_back(line.last);
        std::ranges::sort(unique, {}, &Match::before);
        return unique;
    }

    /// As many of them as are in the same order in both texts: the longest increasing sequence of `after`.
    static std::vector<Match> in_same_order(const std::vector<Match>& all) {
        std::vector<std::size_t> ends;  // ends[n]: where the best sequence of n + 1 matches ends
        std::vector<std::size_t> former(all.size(), all.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto place =
                std::ranges::lower_bound(ends, all[i].after, {}, [&](std::size_t end) { return all[end].after; });
            if (place != ends.begin()) former[i] = *(place - 1);
            if (place == ends.end())
                ends.push_back(i);
            else
                *place = i;
        }
        std::vector<Match> longest;
        for (auto i = ends.empty() ? all.size() : ends.back(); i != all.size(); i = former[i])
            longest.push_back(all[i]);
        std::ranges::reverse(longest);
        return longest;
    }

    const Lines& before_;
    const Lines& after_;
    std::vector<Match> found_;
};

/// Lines that go and lines that come in their place; from `begin` to before `end`.
struct ChangedLines {
    Match begin;
    Match end;
};

std::vector<ChangedLines> changes_between(const Lines& before, const Lines& after) {
    std::vector<ChangedLines> changes;
    Match at{0, 0};
    auto matches = LineMatcher(before, after).matches();
    matches.push_back({before.size(), after.size()});
    for (const auto& match : matches) {
        if (at.before != match.before || at.after != match.after) changes.push_back({at, match});
        at = {match.before + 1, match.after + 1};
    }
    return changes;
}

constexpr std::size_t context = 3;

/// Writes changes that are near each other as one hunk.
class HunkWriter {
public:
    HunkWriter(const Lines& before, const Lines& after) : before_(before), after_(after) {}

    std::string write(const std::vector<ChangedLines>& changes) {
        for (auto first = changes.begin(); first != changes.end();) {
            auto last = first + 1;
            while (last != changes.end() && last->begin.before - (last - 1)->end.before <= 2 * context) ++last;
            hunk({first, last});
            first = last;
        }
        return std::move(text_);
    }

private:
    void hunk(const std::vector<ChangedLines>& changes) {
        auto lead = std::min(context, changes.front().begin.before);
        auto tail = std::min(context, before_.size() - changes.back().end.before);
        Match begin{changes.front().begin.before - lead, changes.front().begin.after - lead};
        Match end{changes.back().end.before + tail, changes.back().end.after + tail};
        text_ += fmt::format("@@ -{} +{} @@\n", range(begin.before, end.before), range(begin.after, end.after));
        auto at = begin.before;
        for (const auto& change : changes) {
            lines(' ', before_, at, change.begin.before);
            lines('-', before_, change.begin.before, change.end.before);
            lines('+', after_, change.begin.after, change.end.after);
            at = change.end.before;
        }
        lines(' ', before_, at, end.before);
    }

    /// The first line and how many; of no lines, the one before them.
    static std::string range(std::size_t begin, std::size_t end) {
        auto count = end - begin;
        if (count == 1) return fmt::format("{}", begin + 1);
        return fmt::format("{},{}", count == 0 ? begin : begin + 1, count);
    }

    void lines(char mark, const Lines& from, std::size_t begin, std::size_t end) {
        for (auto i = begin; i < end; ++i) {
            text_ += mark;
            text_ += from[i];
            if (!from[i].ends_with('\n')) text_ += "\n\\ No newline at end of file\n";
        }
    }

    const Lines& before_;
    const Lines& after_;
    std::string text_;
};

}  // namespace

std::string unified_diff(const std::string& before, const std::string& after, const std::string& before_name,
                         const std::string& after_name) {
    if (before == after) return "";
    auto old_lines = lines_in(before);
    auto new_lines = lines_in(after);
    return fmt::format("--- {}\n+++ {}\n", before_name, after_name) +
           HunkWriter(old_lines, new_lines).write(changes_between(old_lines, new_lines));
}

}  // namespace rekey::cli
