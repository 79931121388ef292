#include "store/sql/settings.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

std::map<std::string, std::string> all_settings(Reader& store) {
    std::map<std::string, std::string> found;
    Query query(store, "SELECT name, value FROM settings");
    while (query.next()) {
        auto name = query.text();
        found.emplace(std::move(name), query.text());
    }
    return found;
}

}  // namespace

std::optional<std::string> setting(Reader& store, const std::string& name) {
    auto& backend = store.backend();
    if (backend.begun() != Backend::Scope::transaction) {
        Query query(store, "SELECT value FROM settings WHERE name = ?", name);
        if (!query.next()) return std::nullopt;
        return query.text();
    }
    // There are few, a transaction asks for several, and nobody else changes them meanwhile.
    auto& known = backend.known_settings();
    if (!known) known = all_settings(store);
    auto found = known->find(name);
    return found == known->end() ? std::nullopt : std::optional(found->second);
}

void set_setting(Transaction& transaction, const std::string& name, const std::string& value) {
    change(transaction,
           "INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
           name, value);
    if (auto& known = transaction.backend().known_settings()) known->insert_or_assign(name, value);
}

void remove_setting(Transaction& transaction, const std::string& name) {
    change(transaction, "DELETE FROM settings WHERE name = ?", name);
    if (auto& known = transaction.backend().known_settings()) known->erase(name);
}

}  // namespace rekey::store
