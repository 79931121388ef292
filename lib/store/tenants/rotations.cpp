#include "store/tenants/rotations.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"
#include "store/tenants/tenants.hpp"

namespace rekey::store {

namespace {

constexpr Words<7> rotation_states = {"staged",      "verified", "cut_over", "confirmed",
                                      "rolled_back", "aborted",  "failed"};

bool is_open(RotationState state) {
    return state == RotationState::staged || state == RotationState::verified || state == RotationState::cut_over;
}

std::string select_rotations(std::string_view condition) {
    return fmt::format(
        "SELECT r.id, r.tenant_id, t.name, r.old_credential_id, r.new_credential_id, r.state, r.offline, "
        "r.keep_prior, r.started_at, r.cut_over_at, r.confirmed_at, r.prior_destroyed_at, r.actor, r.cause, "
        "r.different_accepted, r.reason, r.comment "
        "FROM rotations r JOIN tenants t ON t.id = r.tenant_id {}",
        condition);
}

Rotation read_rotation(Query& row) {
    Rotation rotation;
    rotation.id = row.integer();
    rotation.tenant_id = row.integer();
    rotation.tenant = row.text();
    rotation.old_credential_id = row.optional_integer().value_or(0);
    rotation.new_credential_id = row.integer();
    rotation.state = stored_value_of<RotationState>(rotation_states, row.text());
    rotation.offline = row.flag();
    rotation.keep_prior = Seconds{row.integer()};
    rotation.started_at = row.time();
    rotation.cut_over_at = row.optional_time();
    rotation.confirmed_at = row.optional_time();
    rotation.prior_destroyed_at = row.optional_time();
    rotation.actor = row.text();
    rotation.cause = row.text();
    rotation.different_accepted = row.flag();
    rotation.reason = row.text();
    rotation.comment = row.text();
    return rotation;
}

std::vector<Rotation> read_all(Query& query) {
    std::vector<Rotation> rotations;
    while (query.next()) rotations.push_back(read_rotation(query));
    return rotations;
}

void require_no_other_open(Reader& store, Id tenant_id, Id but_for) {
    if (exists(store,
               "SELECT 1 FROM rotations WHERE tenant_id = ? AND state IN ('staged', 'verified', 'cut_over') "
               "AND id <> ?",
               tenant_id, but_for))
        throw Error(Code::busy, fmt::format("a rotation of the tenant {} is under way", tenant_text(store, tenant_id)),
                    "finish it by repeating its command, or abort it");
}

}  // namespace

std::string_view to_string(RotationState state) { return word_for(rotation_states, state); }
std::optional<RotationState> rotation_state(std::string_view text) {
    return value_of<RotationState>(rotation_states, text);
}

void add_rotation(Transaction& transaction, Rotation& rotation) {
    rotation.tenant = tenant_text(transaction, rotation.tenant_id);
    if (is_open(rotation.state)) require_no_other_open(transaction, rotation.tenant_id, 0);
    rotation.id =
        insert(transaction,
               "INSERT INTO rotations(tenant_id, old_credential_id, new_credential_id, state, offline, keep_prior, "
               "started_at, cut_over_at, confirmed_at, prior_destroyed_at, actor, cause, "
               "different_accepted, reason, comment) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               rotation.tenant_id, reference(rotation.old_credential_id), rotation.new_credential_id,
               to_string(rotation.state), rotation.offline, std::int64_t{rotation.keep_prior.count()},
               rotation.started_at, rotation.cut_over_at, rotation.confirmed_at, rotation.prior_destroyed_at,
               rotation.actor, rotation.cause, rotation.different_accepted, rotation.reason, rotation.comment);
}

void update_rotation(Transaction& transaction, const Rotation& rotation) {
    Query known(transaction, "SELECT tenant_id FROM rotations WHERE id = ?", rotation.id);
    if (!known.next()) throw Error(Code::not_found, fmt::format("there is no rotation {}", rotation.id));
    if (is_open(rotation.state)) require_no_other_open(transaction, known.integer(), rotation.id);
    change(transaction,
           "UPDATE rotations SET old_credential_id = ?, new_credential_id = ?, state = ?, offline = ?, "
           "keep_prior = ?, cut_over_at = ?, confirmed_at = ?, prior_destroyed_at = ?, cause = ?, "
           "different_accepted = ? WHERE id = ?",
           reference(rotation.old_credential_id), rotation.new_credential_id, to_string(rotation.state),
           rotation.offline, std::int64_t{rotation.keep_prior.count()}, rotation.cut_over_at, rotation.confirmed_at,
           rotation.prior_destroyed_at, rotation.cause, rotation.different_accepted, rotation.id);
}

std::optional<Rotation> open_rotation(Reader& store, Id tenant_id) {
    Query query(store, select_rotations("WHERE r.tenant_id = ? AND r.state IN ('staged', 'verified', 'cut_over')"),
                tenant_id);
    if (!query.next()) return std::nullopt;
    return read_rotation(query);
}

std::vector<Rotation> rotations_of(Reader& store, Id tenant_id) {
    Query query(store, select_rotations("WHERE r.tenant_id = ? ORDER BY r.id"), tenant_id);
    return read_all(query);
}

std::vector<Rotation> unfinished_rotations(Reader& store) {
    Query query(store, select_rotations("WHERE r.state = 'cut_over' OR (r.state = 'confirmed' AND "
                                        "r.prior_destroyed_at IS NULL) ORDER BY r.id"));
    return read_all(query);
}

std::vector<Rotation> failed_rotations_with_key(Reader& store) {
    // From the keys, which are few: failures may be many.
    Query query(store, select_rotations("WHERE r.state = 'failed' AND r.new_credential_id IN "
                                        "(SELECT credential_id FROM credential_keys) ORDER BY r.id"));
    return read_all(query);
}

}  // namespace rekey::store
