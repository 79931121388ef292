#include "store/sql/query.hpp"

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rekey/base/error.hpp"

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

Query::Query(Connection& connection, std::string_view sql)
    : connection_(connection), statement_(connection.take(sql)) {}

Query::~Query() { connection_.give_back(std::move(statement_)); }

template <class Action>
auto Query::guarded(Action action) {
    try {
        return action();
    } catch (const SQLite::Exception& failure) {
        connection_.raise(failure);
    }
}

void Query::bind(std::nullptr_t) {
    guarded([&] { statement_->bind(++bound_); });
}

void Query::bind(std::int64_t value) {
    guarded([&] { statement_->bind(++bound_, value); });
}

void Query::bind(const std::string& value) {
    guarded([&] { statement_->bind(++bound_, value); });
}

void Query::bind(ByteView value) {
    // No bytes are still a value: SQLite takes a null pointer for NULL.
    static constexpr std::uint8_t nothing = 0;
    guarded(
        [&] { statement_->bind(++bound_, value.empty() ? &nothing : value.data(), static_cast<int>(value.size())); });
}

void Query::bind(const std::vector<std::string>& value) {
    using nlohmann::json;
    bind(value.empty() ? std::string("[]") : json(value).dump(-1, ' ', false, json::error_handler_t::replace));
}

void Query::lend(const std::string& value) {
    guarded([&] { statement_->bindNoCopy(++bound_, value); });
}

void Query::again() {
    // The result repeats the error of the last step, which was thrown then.
    statement_->tryReset();
    bound_ = 0;
}

bool Query::next() {
    column_ = 0;
    return guarded([&] { return statement_->executeStep(); });
}

std::int64_t Query::carry_out() {
    return guarded([&] { return statement_->exec(); });
}

bool Query::is_null() const { return statement_->isColumnNull(column_); }

std::int64_t Query::integer() { return statement_->getColumn(column_++).getInt64(); }

std::string Query::text() { return statement_->getColumn(column_++).getString(); }

Bytes Query::bytes() {
    auto column = statement_->getColumn(column_++);
    auto data = static_cast<const std::uint8_t*>(column.getBlob());
    return data == nullptr ? Bytes{} : Bytes(data, data + column.getBytes());
}

std::vector<std::string> Query::list() {
    std::string json = text();
    // Nearly all lists are plain, and a pass over the fleet reads millions of them.
    if (auto plain = plain_list(json)) return std::move(*plain);
    try {
        return nlohmann::json::parse(json).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
        throw Error(Code::corrupt,
                    fmt::format("{}: '{}' should be a list of texts", printable(connection_.path), printable(json)));
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
