#include "store/retirement.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "rekey/base/base.hpp"
#include "store/sql/settings.hpp"

namespace rekey::store {

namespace {

constexpr const char* retired_setting = "retired";

[[noreturn]] void raise_damaged_retirement() {
    throw Error(Code::corrupt, fmt::format("the setting {} cannot be read", retired_setting));
}

}  // namespace

std::optional<Retirement> retirement(Reader& store) {
    auto text = setting(store, retired_setting);
    if (!text) return std::nullopt;
    try {
        auto json = nlohmann::json::parse(*text);
        auto at = from_rfc3339(json.at("at").get<std::string>());
        if (!at) raise_damaged_retirement();
        return Retirement{json.at("backup"), json.at("file"), *at, json.at("actor"), json.at("comment")};
    } catch (const nlohmann::json::exception&) {
        raise_damaged_retirement();
    }
}

void require_not_retired(Reader& store) {
    auto retired = retirement(store);
    if (!retired) return;
    throw Error(Code::refused,
                fmt::format("this home was retired on {} by {}, and went to {}{}", to_rfc3339(retired->at),
                            printable(retired->actor), printable(retired->file),
                            retired->comment.empty() ? "" : fmt::format(" ({})", printable(retired->comment))),
                "use the home that was restored from there; to take this one back into use: rekey doctor --unretire");
}

void set_retirement(Transaction& transaction, const Retirement& retirement) {
    nlohmann::ordered_json json{{"backup", retirement.backup},
                                {"file", retirement.file},
                                {"at", to_rfc3339(retirement.at)},
                                {"actor", retirement.actor},
                                {"comment", retirement.comment}};
    set_setting(transaction, retired_setting, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void end_retirement(Transaction& transaction) { remove_setting(transaction, retired_setting); }

}  // namespace rekey::store
