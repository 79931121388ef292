#include "store/sql/query.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"

namespace rekey::store {

namespace {

/// `["a","b"]` as written here; nothing where there is anything escaped, or another form.
std::optional<std::vector<std::string>> plain_list(std::string_view json) {
    if (json.size() < 2 || json.front() != '[' || json.back() != ']') return std::nullopt;
    if (json.find('\\') != std::string_view::npos) return std::nullopt;
    json = json.substr(1, json.size() - 2);
    std::vector<std::string> list;
    while (!json.empty()) {
        if (!list.empty()) {
            if (json.front() != ',') return std::nullopt;
            json.remove_prefix(1);
        }
        if (json.empty() || json.front() != '"') return std::nullopt;
        auto end = json.find('"', 1);
        if (end == std::string_view::npos) return std::nullopt;
        list.emplace_back(json.substr(1, end - 1));
        json.remove_prefix(end + 1);
    }
    return list;
}

}  // namespace

Query::Query(Backend& backend, std::string_view sql) : backend_(backend), statement_(backend.take(sql)) {}

Query::~Query() { backend_.give_back(std::move(statement_)); }

void Query::bind(std::nullptr_t) { statement_->bind_null(++bound_); }

void Query::bind(std::int64_t value) { statement_->bind_integer(++bound_, value); }

void Query::bind(std::string_view value) { statement_->bind_text(++bound_, value, Statement::Life::copied); }

void Query::bind(ByteView value) { statement_->bind_bytes(++bound_, value); }

void Query::bind(const std::vector<std::string>& value) {
    using nlohmann::json;
    bind(value.empty() ? std::string("[]") : json(value).dump(-1, ' ', false, json::error_handler_t::replace));
}

void Query::lend(const std::string& value) { statement_->bind_text(++bound_, value, Statement::Life::lent); }

void Query::again() {
    statement_->reset();
    row_ = {};
    bound_ = 0;
}

bool Query::next() {
    column_ = 0;
    row_ = statement_->step();
    return !row_.empty();
}

std::int64_t Query::carry_out() { return statement_->run(); }

const Cell& Query::cell() const {
    if (column_ < row_.size()) return row_[column_];
    throw Error(Code::failed, fmt::format("{}: no column {} in a row of {}", printable(backend_.name()), column_ + 1,
                                          counted(static_cast<std::int64_t>(row_.size()), "column")));
}

const Cell& Query::take_cell() {
    const Cell& taken = cell();
    ++column_;
    return taken;
}

bool Query::is_null() const { return cell().kind == Cell::Kind::null; }

std::int64_t Query::integer() {
    const Cell& from = take_cell();
    if (from.kind != Cell::Kind::text) return from.integer;
    std::int64_t value = 0;
    std::from_chars(from.data.data(), from.data.data() + from.data.size(), value);
    return value;
}

std::string Query::text() {
    const Cell& from = take_cell();
    return from.kind == Cell::Kind::integer ? std::to_string(from.integer) : std::string(from.data);
}

Bytes Query::bytes() {
    const Cell& from = take_cell();
    return {from.data.begin(), from.data.end()};
}

std::vector<std::string> Query::list() {
    std::string json = text();
    // Nearly all lists are plain, and a pass over the fleet reads millions of them.
    if (auto plain = plain_list(json)) return std::move(*plain);
    try {
        return nlohmann::json::parse(json).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
        throw Error(Code::corrupt,
                    fmt::format("{}: '{}' should be a list of texts", printable(backend_.name()), printable(json)));
    }
}

std::optional<std::int64_t> Query::optional_integer() {
    if (!is_null()) return integer();
    skip(1);
    return std::nullopt;
}

std::optional<Time> Query::optional_time() {
    if (!is_null()) return time();
    skip(1);
    return std::nullopt;
}

SlotName Query::slot_name() {
    SlotName name;
    name.unit = text();
    name.node = text();
    name.type = text();
    return name;
}

}  // namespace rekey::store
