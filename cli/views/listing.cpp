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
#include "views/json.hpp"

namespace rekey::cli {

namespace {

// Widths are settled by this many rows; what comes later is printed as it comes.
constexpr std::size_t settled_after = 1000;

// What `certs check` takes for critical, and for a warning, by default.
constexpr std::int64_t critical_days = 7;
constexpr std::int64_t warning_days = 30;

constexpr const char* red = "\x1b[31m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* plain = "\x1b[0m";

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// By how soon something ends, and by what became of it. The number, or the word, stands in the row: a colour says
/// nothing by itself. Only the first colours, which every terminal has its own of.
std::string urgency(const Row& row) {
    bool critical = false;
    bool warning = false;
    for (std::size_t i = 0; i < row.size(); ++i) {
        auto key = row.key(i);
        if (auto days = row.integer(i); days && key == "days_left") {
            critical = critical || *days < critical_days;
            warning = warning || *days < warning_days;
        } else if (row.is_text(i) && is_one_of(key, {"state", "status", "outcome", "result"})) {
            auto word = row.text(i);
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

// A text of the spool is written and read with a call of the system each.
constexpr std::size_t enough_at_once = std::size_t{1} << 16;

std::vector<std::string> keys_of(const std::vector<Column>& columns) {
    std::vector<std::string> keys;
    for (const auto& column : columns) keys.push_back(column.key);
    return keys;
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
      column_keys_(keys_of(columns_)),
      colour_(takes_colour(session.globals().color, STDOUT_FILENO)),
      terminal_(is_terminal(STDOUT_FILENO)),
      room_(room_of_tables(session)) {}

Listing::Listing(const Session& session, OutputFormat format) : Listing(session, "", {}, {}) { format_ = format; }

void Listing::as_csv(bool mark) {
    if (format_ == OutputFormat::json || format_ == OutputFormat::jsonl)
        throw Error(Code::usage, "that is for CSV, and JSON was asked for", "leave out --json, or say --output csv");
    format_ = OutputFormat::csv;
    mark_ = mark;
}

bool is_flat(const Session& session) {
    return session.format() == OutputFormat::table || session.format() == OutputFormat::csv;
}

std::optional<std::size_t> Listing::Lookup::in(const Row& row, std::size_t key) {
    auto member = row.find(keys[key], members[key]);
    if (member) members[key] = *member;
    return member;
}

void Listing::head(const Json& members) {
    head_ = json_line(members);
    head_.pop_back();
    if (!members.empty()) head_ += ',';
}

void Listing::begin() {
    begun_ = true;
    if (format_ == OutputFormat::json) {
        add(fmt::format("{}{}:[", head_, json_line(name_)));
    } else if (format_ == OutputFormat::csv) {
        std::string header = mark_ ? "\xEF\xBB\xBF" : "";
        for (const auto& key : keys_.keys) {
            std::string name;
            append_csv_text(name, key);
            header += (&key == &keys_.keys.front() ? "" : ",") + (terminal_ ? printable(name) : name);
        }
        add(header + "\r\n");
    }
}

void Listing::add(std::string_view text) {
    next_ += text;
    hand_over(enough_at_once);
}

void Listing::hand_over(std::size_t least) {
    if (next_.size() < least) return;
    out_.add(next_);
    next_.clear();
}

void Listing::object(const Json& object) {
    Row members;
    for (const auto& [key, value] : object.items()) members.put(key, value);
    row(members);
}

void Listing::row(const Row& row) {
    if (!begun_) begin();
    ++rows_;
    switch (format_) {
        case OutputFormat::json:
            next_ += rows_ == 1 ? "\n" : ",\n";
            row.append_json(next_);
            break;
        case OutputFormat::jsonl:
            row.append_json(next_);
            next_ += '\n';
            break;
        case OutputFormat::csv:
            add_csv(row);
            break;
        case OutputFormat::table:
            add_line(row);
            break;
    }
    hand_over(enough_at_once);
}

void Listing::add_csv(const Row& row) {
    for (std::size_t i = 0; i < keys_.keys.size(); ++i) {
        if (i != 0) next_ += ',';
        auto member = keys_.in(row, i);
        if (!member) continue;
        cell_.clear();
        row.append_text(cell_, *member);
        auto add_cell = row.is_text(*member) ? append_csv_text : append_csv_field;
        if (!terminal_) {
            add_cell(next_, cell_);
            continue;
        }
        // As it is for programs; a terminal would obey what a unit or a provider put into it.
        std::string quoted;
        add_cell(quoted, cell_);
        next_ += printable(quoted);
    }
    next_ += "\r\n";
}

void Listing::add_line(const Row& row) {
    Line line;
    line.colour = colour_ ? urgency(row) : "";
    line.cells.reserve(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        auto member = column_keys_.in(row, i);
        line.cells.push_back(member ? cell(columns_[i], row, *member) : std::string());
    }
    waiting_.push_back(std::move(line));
    if (rows_ >= settled_after) flush_table();
}

std::string Listing::cell(const Column& column, const Row& row, std::size_t member) const {
    auto time = column.as == As::time && terminal_ ? row.time(member) : std::nullopt;
    return time ? date_and_relative(session_->now(), *time) : printable(row.text(member));
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
        if (layout.records && !first) add("\n");
        print_line(layout, line.cells, line.colour);
    }
    waiting_.clear();
}

void Listing::print_line(const Layout& layout, const std::vector<std::string>& cells, const std::string& colour) {
    auto text = layout.records ? record(columns_, cells) : table_line(columns_, layout, cells) + "\n";
    if (colour.empty()) return add(text);
    text.pop_back();
    add(fmt::format("{}{}{}\n", colour, text, plain));
}

void Listing::print() {
    hand_over(1);
    while (auto text = out_.next()) write_out(*text);
}

void Listing::print_what_is_read() {
    hand_over(1);
    while (takes_more(STDOUT_FILENO)) {
        auto text = out_.next();
        if (!text) return;
        write_out(*text);
        std::fflush(stdout);  // a reader that follows the output may wait for it
    }
}

void Listing::finish() {
    if (!begun_) begin();
    if (format_ == OutputFormat::json) add(rows_ == 0 ? "]}\n" : "\n]}\n");
    flush_table();
    print();
    std::vector<std::string> left_out;
    for (std::size_t i = 0; layout_ && i < columns_.size(); ++i)
        if (!layout_->shown[i]) left_out.push_back(columns_[i].header);
    if (!left_out.empty()) session_->note(fmt::format("left out: {}; --wide shows all", fmt::join(left_out, ", ")));
}

bool Listing::has_left_out(std::string_view key) const {
    for (std::size_t i = 0; layout_ && i < columns_.size(); ++i)
        if (columns_[i].key == key) return !layout_->shown[i];
    return false;
}

void print_object(const Session& session, const Json& object) {
    if (session.format() == OutputFormat::csv) {
        std::vector<std::string> keys;
        for (const auto& [key, value] : object.items()) keys.push_back(key);
        Listing listing(session, "", keys, {});
        listing.object(object);
        listing.finish();
        return;
    }
    if (session.format() != OutputFormat::table) {
        fmt::print("{}\n", session.format() == OutputFormat::jsonl
                               ? json_line(object)
                               : object.dump(2, ' ', true, Json::error_handler_t::replace));
        return;
    }
    std::size_t width = 0;
    for (const auto& [key, value] : object.items()) width = std::max(width, key.size());
    bool terminal = is_terminal(STDOUT_FILENO);
    for (const auto& [key, value] : object.items()) {
        auto name = key;
        std::replace(name.begin(), name.end(), '_', ' ');
        auto text = printable(cell_text(value));
        if (auto time = time_in(value); time && terminal) text += fmt::format(" ({})", relative(session.now(), *time));
        fmt::print("{:<{}}  {}\n", name, width, text.empty() ? "-" : text);
    }
}

}  // namespace rekey::cli
