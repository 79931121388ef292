#include "views/listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/text/csv.hpp"
#include "command/arguments.hpp"
#include "output/relative_time.hpp"
#include "output/terminal.hpp"
#include "output/text_width.hpp"
#include "rekey/base/base.hpp"

namespace rekey::cli {

namespace {

// Widths are settled by this many rows; what comes later is printed as it comes.
constexpr std::size_t settled_after = 1000;

// What `certs check` takes for critical, and for a warning, unless it is told otherwise.
constexpr std::int64_t critical_days = 7;
constexpr std::int64_t warning_days = 30;

constexpr const char* red = "\x1b[31m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* plain = "\x1b[0m";

std::string text_of(const Json& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array() || value.is_object()) {
        std::string joined;
        for (const auto& [key, element] : value.items()) {
            if (!joined.empty()) joined += ", ";
            if (value.is_object()) joined += key + "=";
            joined += text_of(element);
        }
        return joined;
    }
    return value.dump();
}

/// JSON in one line; what is no UTF-8 is replaced, and nothing beyond ASCII reaches a terminal raw.
std::string dump(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }

std::string csv_cell(const Json& value) {
    return value.is_string() ? csv_text(text_of(value)) : csv_field(text_of(value));
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// By how soon something ends, and by what became of it. The number, or the word, stands in the row: a colour says
/// nothing by itself. Only the first colours, which every terminal has its own of.
std::string urgency(const Json& object) {
    bool critical = false;
    bool warning = false;
    for (const auto& [key, value] : object.items()) {
        if (key == "days_left" && value.is_number()) {
            critical = critical || value.get<std::int64_t>() < critical_days;
            warning = warning || value.get<std::int64_t>() < warning_days;
        } else if (is_one_of(key, {"state", "status", "outcome", "result"}) && value.is_string()) {
            auto word = value.get<std::string>();
            critical = critical || word.starts_with("revoked") || is_one_of(word, {"rejected", "failed", "fail"});
            warning = warning || is_one_of(word, {"offline", "deferred", "refused", "interrupted"});
        }
    }
    return critical ? red : warning ? yellow : "";
}

/// `object[key]`, where it is a time.
std::optional<Time> time_in(const Json& value) {
    return value.is_string() ? from_rfc3339(value.get_ref<const std::string&>()) : std::nullopt;
}

/// What goes to a file or a pipe, or to a terminal that does not know its width, takes lines of any length.
std::optional<std::size_t> room_of_tables(const Session& session) {
    if (session.globals().wide) return std::nullopt;
    return terminal_width(STDOUT_FILENO);
}

}  // namespace

Listing::Listing(const Session& session, std::string name, std::vector<std::string> keys, std::vector<Column> columns)
    : session_(&session),
      format_(session.format()),
      name_(std::move(name)),
      keys_(std::move(keys)),
      columns_(std::move(columns)),
      colour_(takes_colour(session.globals().color, STDOUT_FILENO)),
      terminal_(is_terminal(STDOUT_FILENO)),
      room_(room_of_tables(session)) {}

Listing::Listing(const Session& session, Format format) : Listing(session, "", {}, {}) { format_ = format; }

void Listing::as_csv(bool mark) {
    if (format_ == Format::json || format_ == Format::jsonl)
        throw Error(Code::usage, "that is for CSV, and JSON was asked for", "leave out --json, or say --output csv");
    format_ = Format::csv;
    mark_ = mark;
}

bool is_flat(const Session& session) { return session.format() == Format::table || session.format() == Format::csv; }

void Listing::begin() {
    begun_ = true;
    if (format_ == Format::json) {
        auto opening = dump(head_);
        opening.pop_back();
        if (!head_.empty()) opening += ',';
        out_.add(fmt::format("{}{}:[", opening, dump(name_)));
    } else if (format_ == Format::csv) {
        std::string header = mark_ ? "\xEF\xBB\xBF" : "";
        for (const auto& key : keys_) {
            auto name = csv_text(key);
            header += (&key == &keys_.front() ? "" : ",") + (terminal_ ? printable(name) : name);
        }
        out_.add(header + "\r\n");
    }
}

void Listing::row(const Json& object) {
    if (!begun_) begin();
    ++rows_;
    switch (format_) {
        case Format::json:
            out_.add(fmt::format("{}\n{}", rows_ == 1 ? "" : ",", dump(object)));
            return;
        case Format::jsonl:
            out_.add(fmt::format("{}\n", dump(object)));
            return;
        case Format::csv:
            return print_csv(object);
        case Format::table:
            break;
    }
    Line line;
    line.colour = colour_ ? urgency(object) : "";
    for (const auto& column : columns_) line.cells.push_back(cell(column, object));
    waiting_.push_back(std::move(line));
    if (rows_ >= settled_after) flush_table();
}

void Listing::print_csv(const Json& object) {
    std::string line;
    for (const auto& key : keys_) {
        if (!line.empty() || &key != &keys_.front()) line += ',';
        auto text = csv_cell(object.value(key, Json()));
        // As it is for programs; a terminal would obey what a unit or a provider put into it.
        line += terminal_ ? printable(text) : text;
    }
    out_.add(fmt::format("{}\r\n", line));
}

std::string Listing::cell(const Column& column, const Json& object) const {
    auto value = object.value(column.key, Json());
    auto time = column.as == As::time && terminal_ ? time_in(value) : std::nullopt;
    return time ? date_and_relative(session_->now(), *time) : printable(text_of(value));
}

Layout Listing::settled() const {
    std::vector<std::size_t> widest;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widest.push_back(display_width(columns_[i].header));
        for (const auto& line : waiting_) widest[i] = std::max(widest[i], display_width(line.cells[i]));
    }
    return fit(columns_, widest, room_, terminal_ ? Beyond::records : Beyond::long_lines);
}

void Listing::flush_table() {
    if (waiting_.empty()) return;
    bool is_begun = layout_.has_value();
    auto& layout = layout_ ? *layout_ : layout_.emplace(settled());
    if (!is_begun) {
        std::vector<std::string> headers;
        for (const auto& column : columns_) headers.push_back(column.header);
        if (!layout.records) print_line(layout, headers, "");
    } else {
        // What comes late may be wider; of what was cut, nothing is.
        for (const auto& line : waiting_)
            for (std::size_t i = 0; i < columns_.size(); ++i)
                if (!room_ || !columns_[i].room.shrinks)
                    layout.widths[i] = std::max(layout.widths[i], display_width(line.cells[i]));
    }
    for (const auto& line : waiting_) {
        bool first = &line == &waiting_.front() && rows_ == waiting_.size();
        if (layout.records && !first) out_.add("\n");
        print_line(layout, line.cells, line.colour);
    }
    waiting_.clear();
}

void Listing::print_line(const Layout& layout, const std::vector<std::string>& cells, const std::string& colour) {
    auto text = layout.records ? record(columns_, cells) : table_line(columns_, layout, cells) + "\n";
    if (colour.empty()) return out_.add(text);
    text.pop_back();
    out_.add(fmt::format("{}{}{}\n", colour, text, plain));
}

void Listing::print() {
    while (auto text = out_.next()) write_out(*text);
}

void Listing::print_what_is_read() {
    while (takes_more(STDOUT_FILENO)) {
        auto text = out_.next();
        if (!text) return;
        write_out(*text);
        std::fflush(stdout);  // whoever follows it may wait for it
    }
}

void Listing::finish() {
    if (!begun_) begin();
    if (format_ == Format::json) out_.add(fmt::format("{}]}}\n", rows_ == 0 ? "" : "\n"));
    flush_table();
    print();
    std::vector<std::string> left_out;
    for (std::size_t i = 0; layout_ && i < columns_.size(); ++i)
        if (!layout_->shown[i]) left_out.push_back(columns_[i].header);
    if (!left_out.empty()) session_->note(fmt::format("left out: {}; --wide shows all", fmt::join(left_out, ", ")));
}

void print_object(const Session& session, const Json& object) {
    if (session.format() == Format::csv) {
        std::vector<std::string> keys;
        for (const auto& [key, value] : object.items()) keys.push_back(key);
        Listing listing(session, "", keys, {});
        listing.row(object);
        listing.finish();
        return;
    }
    if (session.format() != Format::table) {
        fmt::print("{}\n", session.format() == Format::jsonl
                               ? dump(object)
                               : object.dump(2, ' ', true, Json::error_handler_t::replace));
        return;
    }
    std::size_t width = 0;
    for (const auto& [key, value] : object.items()) width = std::max(width, key.size());
    bool terminal = is_terminal(STDOUT_FILENO);
    for (const auto& [key, value] : object.items()) {
        auto name = key;
        std::replace(name.begin(), name.end(), '_', ' ');
        auto text = printable(text_of(value));
        if (auto time = time_in(value); time && terminal) text += fmt::format(" ({})", relative(session.now(), *time));
        fmt::print("{:<{}}  {}\n", name, width, text.empty() ? "-" : text);
    }
}

}  // namespace rekey::cli
