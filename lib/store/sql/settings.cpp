#include "store/sql/settings.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

std::optional<std::string> setting(Reader& store, const std::string& name) {
    Query query(store, "SELECT value FROM settings WHERE name = ?", name);
    if (!query.next()) return std::nullopt;
    return query.text();
}

void set_setting(Transaction& transaction, const std::string& name, const std::string& value) {
    change(transaction,
           "INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
           name, value);
}

void remove_setting(Transaction& transaction, const std::string& name) {
    change(transaction, "DELETE FROM settings WHERE name = ?", name);
}

}  // namespace rekey::store
