#include "views/short_numbers.hpp"

namespace rekey::cli {

void shorten_numbers(const Session& session, store::Reader& store, Row& row, const std::vector<std::string>& keys) {
    if (session.format() != OutputFormat::table || session.globals().wide) return;
    for (const auto& key : keys) {
        auto member = row.find(key);
        if (member && row.is_text(*member)) row.replace(key, store::short_number(store, row.text(*member)));
    }
}

}  // namespace rekey::cli
