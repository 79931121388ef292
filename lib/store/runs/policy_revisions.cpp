#include "store/runs/policy_revisions.hpp"

#include <fmt/format.h>

#include "rekey/store/fleet.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

constexpr const char* revision_columns = "revision, document, loaded_at, actor, comment";

PolicyRevision read_revision(Query& row) {
    PolicyRevision revision;
    revision.revision = row.integer();
    revision.document = row.text();
    revision.loaded_at = row.time();
    revision.actor = row.text();
    revision.comment = row.text();
    return revision;
}

}  // namespace

std::optional<PolicyRevision> policy_in_force(Reader& store) {
    static const std::string sql =
        fmt::format("SELECT {} FROM policy_revisions ORDER BY revision DESC LIMIT 1", revision_columns);
    Query query(store, sql);
    if (!query.next()) return std::nullopt;
    return read_revision(query);
}

std::optional<PolicyRevision> find_policy_revision(Reader& store, std::int64_t revision) {
    static const std::string sql = fmt::format("SELECT {} FROM policy_revisions WHERE revision = ?", revision_columns);
    Query query(store, sql, revision);
    if (!query.next()) return std::nullopt;
    return read_revision(query);
}

void each_policy_revision(Reader& store, const std::function<void(const PolicyRevision&)>& visit) {
    static const std::string sql = fmt::format("SELECT {} FROM policy_revisions ORDER BY revision", revision_columns);
    Query query(store, sql);
    while (query.next()) visit(read_revision(query));
}

std::int64_t add_policy_revision(Transaction& transaction, const std::string& document, const Stamp& stamp,
                                 const std::string& comment) {
    auto newest = count(transaction, "SELECT coalesce(max(revision), 0) FROM policy_revisions");
    change(transaction,
           "INSERT INTO policy_revisions(revision, document, loaded_at, actor, comment) VALUES(?, ?, ?, ?, ?)",
           newest + 1, document, stamp.at, stamp.actor, comment);
    return newest + 1;
}

}  // namespace rekey::store
