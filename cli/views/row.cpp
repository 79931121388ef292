#include "views/row.hpp"

#include <fmt/format.h>

#include "base/text/json_text.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

// What most rows need.
constexpr std::size_t usual_members = 24;
constexpr std::size_t usual_texts = 512;

void append_integer(std::string& out, std::int64_t number) {
    fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

std::string_view word_of(bool value) { return value ? "true" : "false"; }

}  // namespace

void put(Json& object, const char* key, const Value& value) { object[key] = value; }

std::string cell_text(const Json& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array() && !value.is_object()) return value.dump();
    std::string joined;
    for (const auto& [key, element] : value.items()) {
        if (!joined.empty()) joined += ", ";
        if (value.is_object()) joined += key + "=";
        joined += cell_text(element);
    }
    return joined;
}

std::string json_line(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace); }

Row::Row() {
    cells_.reserve(usual_members);
    texts_.reserve(usual_texts);
}

Row::Row(std::initializer_list<Member> members) : Row() {
    for (const auto& member : members) put(member.key, member.value);
}

Row::~Row() = default;
Row::Row(const Row&) = default;
Row::Row(Row&&) noexcept = default;
Row& Row::operator=(const Row&) = default;
Row& Row::operator=(Row&&) noexcept = default;

Row::Cell Row::kept(std::string_view key, const Value& value) {
    Cell cell{key, value.kind(), value.integer(), texts_.size(), 0};
    switch (value.kind()) {
        case Kind::text:
        case Kind::written_json:
            texts_.append(value.text());
            break;
        case Kind::digest:
            texts_.append(to_hex(value.digest()));
            cell.kind = Kind::text;
            break;
        case Kind::list:
        case Kind::json:
            cell.kind = Kind::json;
            cell.begin = nested_.size();
            nested_.emplace_back(value);
            return cell;
        default:
            break;
    }
    cell.size = texts_.size() - cell.begin;
    return cell;
}

void Row::put(std::string_view key, const Value& value) { cells_.push_back(kept(key, value)); }

void Row::replace(std::string_view key, const Value& value) {
    if (auto member = find(key))
        cells_[*member] = kept(cells_[*member].key, value);
    else
        put(key, value);
}

std::optional<std::size_t> Row::find(std::string_view key, std::size_t guess) const {
    if (guess < cells_.size() && cells_[guess].key == key) return guess;
    for (std::size_t member = 0; member < cells_.size(); ++member)
        if (cells_[member].key == key) return member;
    return std::nullopt;
}

bool Row::is_text(std::size_t member) const {
    auto kind = cells_[member].kind;
    return kind == Kind::text || kind == Kind::time;
}

std::optional<std::int64_t> Row::integer(std::size_t member) const {
    const auto& cell = cells_[member];
    return cell.kind == Kind::integer ? std::optional(cell.integer) : std::nullopt;
}

std::optional<Time> Row::time(std::size_t member) const {
    const auto& cell = cells_[member];
    if (cell.kind == Kind::time) return from_unix(cell.integer);
    return cell.kind == Kind::text ? from_rfc3339(text_of(cell)) : std::nullopt;
}

void Row::append_text(std::string& out, std::size_t member) const {
    const auto& cell = cells_[member];
    switch (cell.kind) {
        case Kind::boolean:
            out += word_of(cell.integer != 0);
            break;
        case Kind::integer:
            append_integer(out, cell.integer);
            break;
        case Kind::time:
            out += to_rfc3339(from_unix(cell.integer));
            break;
        case Kind::text:
            out += text_of(cell);
            break;
        case Kind::json:
            out += cell_text(nested_[cell.begin]);
            break;
        case Kind::written_json:
            out += cell_text(Json::parse(text_of(cell)));
            break;
        default:
            break;
    }
}

std::string Row::text(std::size_t member) const {
    std::string text;
    append_text(text, member);
    return text;
}

void Row::append_json(std::string& out, const Cell& cell) const {
    switch (cell.kind) {
        case Kind::boolean:
            out += word_of(cell.integer != 0);
            break;
        case Kind::integer:
            append_integer(out, cell.integer);
            break;
        case Kind::time:
            out.append(1, '"').append(to_rfc3339(from_unix(cell.integer))).append(1, '"');
            break;
        case Kind::text:
            append_json_text(out, text_of(cell), BeyondAscii::escaped);
            break;
        case Kind::json:
            out += json_line(nested_[cell.begin]);
            break;
        case Kind::written_json:
            out += text_of(cell);
            break;
        default:
            out += "null";
            break;
    }
}

void Row::append_json(std::string& out) const {
    out += '{';
    for (const auto& cell : cells_) {
        if (&cell != &cells_.front()) out += ',';
        append_json_text(out, cell.key, BeyondAscii::escaped);
        out += ':';
        append_json(out, cell);
    }
    out += '}';
}

std::vector<std::string> keys_of(const Row& row) {
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < row.size(); ++i) keys.emplace_back(row.key(i));
    return keys;
}

Json Row::object() const {
    auto object = Json::object();
    for (const auto& cell : cells_) {
        auto& value = object[std::string(cell.key)];
        if (cell.kind == Kind::text) {
            value = text_of(cell);
        } else if (cell.kind == Kind::json) {
            value = nested_[cell.begin];
        } else {
            std::string written;
            append_json(written, cell);
            value = Json::parse(written);
        }
    }
    return object;
}

}  // namespace rekey::cli
