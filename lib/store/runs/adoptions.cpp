#include "store/runs/adoptions.hpp"

#include <fmt/format.h>

#include "rekey/base/base.hpp"
#include "rekey/store/fleet.hpp"
#include "store/fleet/fleet_rows.hpp"
#include "store/sql/enum_names.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

constexpr Words<2> adoption_states = {"open", "recorded"};

constexpr const char* select_adoptions =
    "SELECT u.name, s.node, s.type, a.slot_id, a.state, a.certificate_file, a.key_file, a.fingerprint, a.makes_slot, "
    "a.was_in_use, a.keep_mode, a.actor, a.started_at FROM adoptions a JOIN slots s ON s.id = a.slot_id JOIN units u "
    "ON u.id = "
    "s.unit_id ";

AdoptionRecord read_adoption(Query& row) {
    AdoptionRecord adoption;
    adoption.slot = row.slot_name();
    adoption.slot_id = row.integer();
    adoption.state = stored_value_of<AdoptionState>(adoption_states, row.text());
    adoption.certificate_file = row.text();
    adoption.key_file = row.text();
    adoption.fingerprint = row.text();
    adoption.makes_slot = row.flag();
    adoption.was_in_use = row.flag();
    adoption.keep_mode = row.flag();
    adoption.actor = row.text();
    adoption.started_at = row.time();
    return adoption;
}

}  // namespace

void begin_adoption(Transaction& transaction, const AdoptionRecord& adoption) {
    require_no_adoption(transaction, adoption.slot_id);
    Query holding(transaction, "SELECT run_id FROM items WHERE slot_id = ? AND outcome IN ('open', 'deferred')",
                  adoption.slot_id);
    if (holding.next())
        throw Error(Code::busy,
                    fmt::format("run {} is at work on {}", holding.integer(), slot_text(transaction, adoption.slot_id)),
                    "let it finish: rekey runs list");
    change(transaction,
           "INSERT INTO adoptions(slot_id, state, certificate_file, key_file, fingerprint, makes_slot, was_in_use, "
           "keep_mode, actor, started_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           adoption.slot_id, word_for(adoption_states, adoption.state), adoption.certificate_file, adoption.key_file,
           adoption.fingerprint, adoption.makes_slot, adoption.was_in_use, adoption.keep_mode, adoption.actor,
           adoption.started_at);
}

void set_adoption_state(Transaction& transaction, Id slot_id, AdoptionState state) {
    if (change(transaction, "UPDATE adoptions SET state = ? WHERE slot_id = ?", word_for(adoption_states, state),
               slot_id) == 0)
        throw Error(Code::not_found, fmt::format("{} has no adoption", slot_text(transaction, slot_id)));
}

void end_adoption(Transaction& transaction, Id slot_id) {
    change(transaction, "DELETE FROM adoptions WHERE slot_id = ?", slot_id);
}

std::optional<AdoptionRecord> find_adoption(Reader& store, Id slot_id) {
    static const std::string sql = std::string(select_adoptions) + "WHERE a.slot_id = ?";
    Query query(store, sql, slot_id);
    if (!query.next()) return std::nullopt;
    return read_adoption(query);
}

void each_adoption(Reader& store, const std::function<void(const AdoptionRecord&)>& visit) {
    static const std::string sql =
        std::string(select_adoptions) + "WHERE u.removed_at IS NULL ORDER BY u.name, s.node, s.type";
    Query query(store, sql);
    while (query.next()) visit(read_adoption(query));
}

void require_no_adoption(Reader& store, Id slot_id) {
    if (exists(store, "SELECT 1 FROM adoptions WHERE slot_id = ?", slot_id))
        throw Error(Code::busy, fmt::format("the adoption of {} has not ended", slot_text(store, slot_id)),
                    "finish it, or take it back: rekey doctor names both commands");
}

}  // namespace rekey::store
