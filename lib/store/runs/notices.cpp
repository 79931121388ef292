#include "store/runs/notices.hpp"

#include "store/sql/query.hpp"

namespace rekey::store {

std::optional<Time> told_at(Reader& store, const std::string& identity) {
    Query query(store, "SELECT told_at FROM notices WHERE identity = ?", identity);
    if (!query.next()) return std::nullopt;
    return query.time();
}

std::int64_t count_notices(Reader& store) { return count(store, "SELECT count(*) FROM notices"); }

std::int64_t next_notice_round(Reader& store) {
    return count(store, "SELECT coalesce(max(round), 0) + 1 FROM notices");
}

void record_notice(Transaction& transaction, const std::string& identity, Time at, std::int64_t round) {
    change(transaction,
           "INSERT INTO notices(identity, told_at, round) VALUES(?, ?, ?) "
           "ON CONFLICT(identity) DO UPDATE SET told_at = excluded.told_at, round = excluded.round",
           identity, at, round);
}

void keep_notice(Transaction& transaction, const std::string& identity, std::int64_t round) {
    change(transaction, "UPDATE notices SET round = ? WHERE identity = ?", round, identity);
}

void forget_notices_before(Transaction& transaction, std::int64_t round) {
    change(transaction, "DELETE FROM notices WHERE round < ?", round);
}

}  // namespace rekey::store
