#include "store/tenants/seals.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/query.hpp"
#include "store/sql/settings.hpp"

namespace rekey::store {

namespace {

constexpr const char* id_setting = "seal_key_id";
// Where a sealed value carries the id of its key, after one byte of version (crypto/seal.hpp).
constexpr std::size_t id_at = 1;
constexpr std::size_t id_size = 8;

}  // namespace

std::optional<std::string> seal_key_id(Reader& store) { return setting(store, id_setting); }

void set_seal_key_id(Transaction& transaction, const std::string& id) { set_setting(transaction, id_setting, id); }

std::map<std::string, std::int64_t> sealed_values(Reader& store) {
    std::map<std::string, std::int64_t> count;
    Query query(store,
                fmt::format("SELECT substr(sealed, {0}, {1}), count(*) FROM (SELECT sealed_key AS sealed "
                            "FROM issuers WHERE removed_at IS NULL UNION ALL SELECT sealed FROM credential_keys) "
                            "GROUP BY 1",
                            id_at + 1, id_size));
    while (query.next()) {
        auto id = to_hex(query.bytes());
        count[id] = query.integer();
    }
    return count;
}

void require_current_seal(Transaction& transaction, ByteView sealed) {
    auto current = seal_key_id(transaction);
    if (!current) return;
    if (sealed.size() < id_at + id_size || to_hex(sealed.subspan(id_at, id_size)) != *current)
        throw Error(Code::busy, "the seal of the store was changed meanwhile", "run the command again");
}

}  // namespace rekey::store
