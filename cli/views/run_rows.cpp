#include "views/run_rows.hpp"

#include <array>
#include <utility>

#include "rekey/renewal/overview.hpp"
#include "store/runs/run_fields.hpp"
#include "views/shown_fields.hpp"

namespace rekey::cli {

namespace {

using store::Outcome;

/// How many items ended so, or have not ended.
constexpr std::array<std::pair<const char*, Outcome>, 5> item_counts{{
    {"done", Outcome::renewed},
    {"deferred", Outcome::deferred},
    {"failed", Outcome::failed},
    {"refused", Outcome::refused},
    {"open", Outcome::open},
}};

}  // namespace

std::vector<std::string> run_keys() {
    std::vector<std::string> keys{"run"};
    store::each_field(store::run_fields, [&](auto field) {
        if (field.role == store::Shown::in_lists) keys.emplace_back(field.shown_as);
    });
    keys.emplace_back("status");
    for (const auto& [key, outcome] : item_counts) keys.emplace_back(key);
    return keys;
}

Row run_row(Home& home, const store::Run& run) {
    Row row{{"run", run.id}};
    put_shown<store::Shown::in_lists>(row, store::run_fields, run);
    row.replace("issuer", text_or_null(run.issuer));
    row.put("status", renewal::status_of(home, run));
    for (const auto& [key, outcome] : item_counts) row.put(key, store::count_items(home.store(), run.id, outcome));
    return row;
}

}  // namespace rekey::cli
