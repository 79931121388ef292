#include "store/audit/audit_detail.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/text/shortened.hpp"

namespace rekey::store {

namespace {

/// What all values of an entry may take together. The lists of a unit's slots and of a home's files fit; a list beyond
/// it is made by nobody who means well.
constexpr std::size_t longest_values = std::size_t{256} << 10;

std::string json_text(std::string_view text) {
    // `shortened` leaves nothing that is not UTF-8; `replace` keeps another opinion about that from throwing.
    return nlohmann::json(shortened(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

AuditDetail::Value::Value(std::string_view text) : json_(json_text(text)) {}

AuditDetail::Value::Value(const std::vector<std::string>& texts) : json_("[") {
    std::size_t told = 0;
    for (const auto& text : texts) {
        auto json = json_text(text);
        if (json_.size() + json.size() > longest_values / 2) break;
        if (told++ > 0) json_ += ',';
        json_ += json;
    }
    if (told < texts.size()) json_ += fmt::format(",\"… ({} more)\"", texts.size() - told);
    json_ += ']';
}

AuditDetail::AuditDetail(std::initializer_list<Member> members) {
    for (const auto& member : members) set(member.name, member.value);
}

void AuditDetail::set(std::string_view name, const Value& value) {
    auto json = json_text(name) + ":" + value.json_;
    if (members_.size() + json.size() > longest_values) {
        ++uncounted_;
        return;
    }
    if (!members_.empty()) members_ += ',';
    members_ += json;
}

std::string AuditDetail::to_json() const {
    if (uncounted_ == 0) return "{" + members_ + "}";
    return fmt::format("{{{}{}\"…\":\"{} more\"}}", members_, members_.empty() ? "" : ",", uncounted_);
}

}  // namespace rekey::store
