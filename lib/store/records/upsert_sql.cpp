#include "store/records/upsert_sql.hpp"

#include <fmt/args.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rekey::store {

namespace {

using Texts = std::vector<std::string>;

std::string listed(const Texts& texts) { return fmt::format("{}", fmt::join(texts, ", ")); }
std::string all_of(const Texts& texts) {
    return texts.empty() ? std::string("1 = 1") : fmt::format("{}", fmt::join(texts, " AND "));
}

/// Whether a column stays as it is.
std::string unchanged(const FieldColumn& column, const std::string& parameter) {
    std::string_view compared = column.may_be_null ? "IS NOT DISTINCT FROM" : "=";
    if (column.role == Role::earliest) compared = "<=";
    if (column.role == Role::latest) compared = ">=";
    return fmt::format("{} {} {}", column.name, compared, parameter);
}

std::string assignment(const FieldColumn& column, const std::string& parameter) {
    std::string_view becomes = "{0} = {1}";
    if (column.role == Role::earliest) becomes = "{0} = CASE WHEN {1} < {0} THEN {1} ELSE {0} END";
    if (column.role == Role::latest) becomes = "{0} = CASE WHEN {1} > {0} THEN {1} ELSE {0} END";
    return fmt::format(fmt::runtime(becomes), column.name, parameter);
}

/// Gathers the pieces of the statements, column by column.
class UpsertText {
public:
    explicit UpsertText(const UpsertTable& table) : table_(table) {
        for (const auto& column : table.columns) add(column);
        stored_ = listed(inserted_);
        names_.push_back(fmt::arg("same", all_of(same_but_attributes_)));
        for (const auto& column : table.beside) add(column);
    }

    UpsertSql sql() const {
        auto record = fmt::format("FROM {} WHERE {}", table_.name, all_of(key_is_));
        return {fmt::format("INSERT INTO {}({}) VALUES({}) ON CONFLICT({}) DO NOTHING", table_.name, listed(inserted_),
                            listed(parameters_), listed(key_)),
                fmt::format("UPDATE {} SET {} WHERE {} AND {} AND {} AND NOT ({})", table_.name, listed(seen_),
                            all_of(key_is_), all_of(same_content_), all_of(same_else_), all_of(same_times_)),
                fmt::format("SELECT {}, {}, {}, {}, {} {}", all_of(same_content_), all_of(same_else_),
                            all_of(same_times_), filled(table_.was_inactive), filled(table_.was_seen), record),
                update(touched_, table_.touch_also),
                fmt::format("INSERT INTO {0}({1}, position) SELECT {1}, "
                            "(SELECT coalesce(max(position), 0) + 1 FROM {0} WHERE {2}) {3}",
                            table_.history, stored_, all_of(key_is_), record),
                update(replaced_, table_.replace_also)};
    }

private:
    std::string add_parameter(std::string_view column) {
        auto parameter = fmt::format("?{}", parameters_.size() + 1);
        inserted_.emplace_back(column);
        parameters_.push_back(parameter);
        names_.push_back(fmt::arg(inserted_.back().c_str(), parameter));
        return parameter;
    }

    void add(const FieldColumn& column) {
        auto parameter = add_parameter(column.name);
        if (column.role == Role::key) {
            key_.emplace_back(column.name);
            key_is_.push_back(unchanged(column, parameter));
            return;
        }
        replaced_.push_back(assignment(column, parameter));
        if (!is_content(column.role)) touched_.push_back(replaced_.back());
        if (is_seen_time(column.role)) seen_.push_back(replaced_.back());
        auto& same = is_content(column.role) ? same_content_ : is_seen_time(column.role) ? same_times_ : same_else_;
        same.push_back(unchanged(column, parameter));
        if (column.role == Role::content) same_but_attributes_.push_back(same_content_.back());
    }

    void add(const UpsertColumn& column) {
        add_parameter(column.name);
        same_else_.push_back(filled(column.same));
        touched_.push_back(fmt::format("{} = {}", column.name, filled(column.value)));
        replaced_.push_back(touched_.back());
    }

    std::string filled(std::string_view text) const { return fmt::vformat(text, names_); }

    std::string update(Texts assignments, std::string_view also) const {
        if (!also.empty()) assignments.push_back(filled(also));
        return fmt::format("UPDATE {} SET {} WHERE {}", table_.name, listed(assignments), all_of(key_is_));
    }

    const UpsertTable& table_;
    std::string stored_;  ///< columns that the history has, too
    fmt::dynamic_format_arg_store<fmt::format_context> names_;
    Texts inserted_ = {"tenant_id"};
    Texts parameters_ = {"?1"};
    Texts key_ = {"tenant_id"};
    Texts key_is_ = {"tenant_id = ?1"};
    Texts same_content_;
    Texts same_but_attributes_;
    Texts same_else_;
    Texts same_times_;
    Texts seen_;
    Texts touched_;
    Texts replaced_;
};

}  // namespace

UpsertSql upsert_sql(const UpsertTable& table) { return UpsertText(table).sql(); }

}  // namespace rekey::store
