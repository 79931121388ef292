#include "views/short_numbers.hpp"

namespace rekey::cli {

void shorten_numbers(const Session& session, store::Reader& store, Json& row, const std::vector<std::string>& keys) {
    if (session.format() != Format::table || session.globals().wide) return;
    for (const auto& key : keys) {
        auto& number = row[key];
        if (number.is_string()) number = store::short_number(store, number.get<std::string>());
    }
}

}  // namespace rekey::cli
