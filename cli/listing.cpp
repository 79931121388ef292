#include "listing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>

#include "rekey/base/csv.hpp"
#include "rekey/base/names.hpp"

namespace rekey::cli {

namespace {

// Widths are settled by this many rows; what comes later is printed as it comes.
constexpr std::size_t settled_after = 1000;

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

/// By how soon something ends; the number of days stands beside it.
std::string urgency(const Json& object) {
    auto days = object.find("days_left");
    if (days == object.end() || !days->is_number()) return "";
    auto left = days->get<std::int64_t>();
    return left < 7 ? red : left < 30 ? yellow : "";
}

}  // namespace

std::size_t display_width(const std::string& text) {
    std::size_t width = 0;
    std::mbstate_t state{};
    const char* rest = text.data();
    std::size_t left = text.size();
    while (left > 0) {
        wchar_t character = 0;
        auto length = std::mbrtowc(&character, rest, left, &state);
        if (length == 0 || length > left) return width + left;
        int columns = wcwidth(character);
        width += columns < 0 ? 1 : static_cast<std::size_t>(columns);
        rest += length;
        left -= length;
    }
    return width;
}

bool wants_colour() {
    const char* no_colour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr &&
           std::string_view(terminal) != "dumb";
}

Listing::Listing(const Session& session, std::string name, std::vector<std::string> keys, std::vector<Column> columns)
    : format_(session.format()),
      name_(std::move(name)),
      keys_(std::move(keys)),
      columns_(std::move(columns)),
      colour_(wants_colour()) {}

void Listing::begin() {
    begun_ = true;
    if (format_ == Format::json) {
        auto opening = dump(head_);
        opening.pop_back();
        if (!head_.empty()) opening += ',';
        fmt::print("{}{}:[", opening, dump(name_));
    } else if (format_ == Format::csv) {
        fmt::print("{}\r\n", fmt::join(keys_, ","));
    } else if (format_ == Format::table) {
        for (const auto& column : columns_) widths_.push_back(column.header.size());
    }
}

void Listing::row(const Json& object) {
    if (!begun_) begin();
    ++rows_;
    switch (format_) {
        case Format::json:
            fmt::print("{}\n{}", rows_ == 1 ? "" : ",", dump(object));
            return;
        case Format::jsonl:
            fmt::print("{}\n", dump(object));
            return;
        case Format::csv:
            return print_csv(object);
        case Format::table:
            break;
    }
    Line line;
    line.colour = colour_ ? urgency(object) : "";
    for (const auto& column : columns_) line.cells.push_back(printable(text_of(object.value(column.key, Json()))));
    waiting_.push_back(std::move(line));
    if (rows_ >= settled_after) flush_table();
}

void Listing::print_csv(const Json& object) {
    std::string line;
    for (const auto& key : keys_) {
        if (!line.empty() || &key != &keys_.front()) line += ',';
        line += csv_cell(object.value(key, Json()));
    }
    fmt::print("{}\r\n", line);
}

void Listing::flush_table() {
    bool first = rows_ == waiting_.size();
    for (const auto& line : waiting_)
        for (std::size_t i = 0; i < line.cells.size(); ++i)
            widths_[i] = std::max(widths_[i], display_width(line.cells[i]));
    if (first && !waiting_.empty()) {
        std::vector<std::string> headers;
        for (const auto& column : columns_) headers.push_back(column.header);
        print_cells(headers, "");
    }
    for (const auto& line : waiting_) print_cells(line.cells, line.colour);
    waiting_.clear();
}

void Listing::print_cells(const std::vector<std::string>& cells, const std::string& colour) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto width = display_width(cells[i]);
        std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
        if (i != 0) line += "  ";
        line += columns_[i].right ? padding + cells[i] : cells[i] + padding;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (colour.empty())
        fmt::print("{}\n", line);
    else
        fmt::print("{}{}{}\n", colour, line, plain);
}

void Listing::finish() {
    if (!begun_) begin();
    if (format_ == Format::json) fmt::print("{}]}}\n", rows_ == 0 ? "" : "\n");
    if (format_ == Format::table) flush_table();
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
    for (const auto& [key, value] : object.items()) {
        auto name = key;
        std::replace(name.begin(), name.end(), '_', ' ');
        auto text = printable(text_of(value));
        fmt::print("{:<{}}  {}\n", name, width, text.empty() ? "-" : text);
    }
}

}  // namespace rekey::cli
