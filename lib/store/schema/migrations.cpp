#include "store/schema/migrations.hpp"

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "store/schema/adoption_tables.hpp"
#include "store/schema/chain_tables.hpp"
#include "store/schema/found_tables.hpp"
#include "store/schema/key_rights_tables.hpp"
#include "store/schema/moving_tables.hpp"
#include "store/schema/provenance_tables.hpp"
#include "store/schema/revocation_tables.hpp"
#include "store/schema/sync_tables.hpp"
#include "store/schema/tenant_tables.hpp"
#include "store/sql/list_tables.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

namespace {

// Times are seconds since 1970; lists are JSON arrays; states are the words of the headers.
constexpr const char* fleet_tables = R"sql(
CREATE TABLE schema_steps(
    version INTEGER PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings(
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE units(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK(name <> ''),
    address TEXT NOT NULL,
    reload TEXT NOT NULL,
    probe TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    removed_at INTEGER,
    seen_at INTEGER,
    offline_since INTEGER,
    offline_cause TEXT NOT NULL,
    attempts INTEGER NOT NULL CHECK(attempts >= 0),
    next_attempt INTEGER
) STRICT;
CREATE UNIQUE INDEX units_present ON units(name) WHERE removed_at IS NULL;
CREATE INDEX units_name ON units(name);

CREATE TABLE unit_labels(
    unit_id INTEGER NOT NULL REFERENCES units(id),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY(unit_id, key)
) STRICT, WITHOUT ROWID;

-- Each certificate above a leaf once, however many chains it is in.
CREATE TABLE chain_certificates(
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    der BLOB NOT NULL
) STRICT;

CREATE TABLE issuers(
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE CHECK(name <> ''),
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer_name TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL,
    sans TEXT NOT NULL,
    usages TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    is_ca INTEGER NOT NULL CHECK(is_ca IN (0, 1)),
    sealed_key BLOB NOT NULL,
    added_at INTEGER NOT NULL
) STRICT;

-- Its own certificate at position 0, up to the root.
CREATE TABLE issuer_chains(
    issuer_id INTEGER NOT NULL REFERENCES issuers(id),
    position INTEGER NOT NULL CHECK(position >= 0),
    chain_certificate_id INTEGER NOT NULL REFERENCES chain_certificates(id),
    PRIMARY KEY(issuer_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX issuer_chains_certificate ON issuer_chains(chain_certificate_id);

CREATE TABLE slots(
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    node TEXT NOT NULL,
    type TEXT NOT NULL CHECK(type <> ''),
    issuer_id INTEGER REFERENCES issuers(id),
    identity_subject TEXT,
    identity_sans TEXT,
    CHECK((identity_subject IS NULL) = (identity_sans IS NULL))
) STRICT;
CREATE UNIQUE INDEX slots_name ON slots(unit_id, node, type);
CREATE INDEX slots_issuer ON slots(issuer_id) WHERE issuer_id IS NOT NULL;

CREATE TABLE certificates(
    id INTEGER PRIMARY KEY,
    slot_id INTEGER NOT NULL REFERENCES slots(id),
    number TEXT NOT NULL,
    subject TEXT NOT NULL,
    issuer_name TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL,
    sans TEXT NOT NULL,
    usages TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    is_ca INTEGER NOT NULL CHECK(is_ca IN (0, 1)),
    issuer_id INTEGER REFERENCES issuers(id),
    state TEXT NOT NULL CHECK(state IN ('pending', 'active', 'superseded', 'revoked', 'rejected', 'foreign')),
    reason TEXT CHECK(reason IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit')),
    predecessor TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    comment TEXT NOT NULL,
    ended_at INTEGER,
    CHECK((ended_at IS NULL) = (state IN ('pending', 'active', 'foreign')))
) STRICT;
CREATE INDEX certificates_slot ON certificates(slot_id);
CREATE UNIQUE INDEX certificates_active ON certificates(slot_id) WHERE state = 'active';
CREATE INDEX certificates_foreign ON certificates(slot_id) WHERE state = 'foreign';
CREATE INDEX certificates_due ON certificates(not_after) WHERE ended_at IS NULL;
-- Numbers of issuers elsewhere (issuer_id is NULL) may repeat: NULLs differ from each other here.
CREATE UNIQUE INDEX certificates_number ON certificates(number, issuer_id);
CREATE INDEX certificates_issuer ON certificates(issuer_id) WHERE issuer_id IS NOT NULL;

-- The certificates themselves, apart, so that lists stay light.
CREATE TABLE certificate_leaves(
    certificate_id INTEGER PRIMARY KEY REFERENCES certificates(id),
    der BLOB NOT NULL
) STRICT;
-- What is above the leaf, from position 1 on.
CREATE TABLE certificate_chains(
    certificate_id INTEGER NOT NULL REFERENCES certificates(id),
    position INTEGER NOT NULL CHECK(position >= 1),
    chain_certificate_id INTEGER NOT NULL REFERENCES chain_certificates(id),
    PRIMARY KEY(certificate_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_chains_certificate ON certificate_chains(chain_certificate_id);

CREATE TABLE runs(
    id INTEGER PRIMARY KEY,
    command TEXT NOT NULL,
    selection TEXT NOT NULL,
    reason TEXT CHECK(reason IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit')),
    issuer TEXT NOT NULL,
    comment TEXT NOT NULL,
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    ending TEXT NOT NULL,
    CHECK((finished_at IS NULL) = (ending = ''))
) STRICT;
CREATE INDEX runs_unfinished ON runs(id) WHERE finished_at IS NULL;

CREATE TABLE items(
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs(id),
    slot_id INTEGER NOT NULL REFERENCES slots(id),
    token TEXT NOT NULL,
    step TEXT NOT NULL CHECK(step IN ('planned', 'keyed', 'issued', 'installed', 'confirmed')),
    outcome TEXT NOT NULL
        CHECK(outcome IN ('open', 'renewed', 'deferred', 'failed', 'refused', 'continued')),
    reason TEXT CHECK(reason IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit')),
    why TEXT NOT NULL,
    issuer_id INTEGER REFERENCES issuers(id),
    moves_slot INTEGER NOT NULL CHECK(moves_slot IN (0, 1)),
    old_certificate_id INTEGER REFERENCES certificates(id),
    new_certificate_id INTEGER REFERENCES certificates(id),
    old_number TEXT NOT NULL,
    new_number TEXT NOT NULL,
    error TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX items_holding ON items(slot_id) WHERE outcome IN ('open', 'deferred');
CREATE INDEX items_slot ON items(slot_id, run_id);
CREATE INDEX items_run ON items(run_id, outcome);
CREATE INDEX items_issuer ON items(issuer_id) WHERE issuer_id IS NOT NULL;
CREATE INDEX items_old ON items(old_certificate_id) WHERE old_certificate_id IS NOT NULL;
CREATE INDEX items_new ON items(new_certificate_id) WHERE new_certificate_id IS NOT NULL;

CREATE TABLE item_requests(
    item_id INTEGER PRIMARY KEY REFERENCES items(id),
    request BLOB NOT NULL
) STRICT;

CREATE TABLE reserved_numbers(
    number TEXT PRIMARY KEY,
    item_id INTEGER REFERENCES items(id),
    reserved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reserved_numbers_item ON reserved_numbers(item_id) WHERE item_id IS NOT NULL;

CREATE TABLE audit(
    seq INTEGER PRIMARY KEY CHECK(seq >= 1),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL CHECK(length(hash) = 32)
) STRICT;
)sql";

constexpr const char* run_order = R"sql(
-- The units that a run has to work on, the most urgent first; gone when the run has ended.
CREATE TABLE run_units(
    run_id INTEGER NOT NULL REFERENCES runs(id),
    urgency INTEGER NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    PRIMARY KEY(run_id, urgency, unit_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_units_unit ON run_units(run_id, unit_id);
CREATE INDEX run_units_of ON run_units(unit_id);
INSERT INTO run_units(run_id, urgency, unit_id)
    SELECT i.run_id, min(coalesce(c.not_after, 0)), s.unit_id FROM items i JOIN slots s ON s.id = i.slot_id
    LEFT JOIN certificates c ON c.id = i.old_certificate_id WHERE i.outcome = 'open' GROUP BY i.run_id, s.unit_id;
)sql";

constexpr SchemaStep steps_in_order[] = {
    {fleet_tables},      {tenant_tables},    {run_order},         {sync_tables},  {moving_tables},
    {revocation_tables}, {list_tables},      {provenance_tables}, {found_tables}, {chain_tables, fill_chain_ends},
    {adoption_tables},   {key_rights_tables}};

/// Copies what is committed now; the caller's transaction keeps others from changing it meanwhile.
void back_up(Connection& connection, const DatabaseFile& file, int version) {
    std::string backup = fmt::format("{}.bak-{}", file.path(), version);
    // Under another name until it is whole: a crash must not leave half a backup that looks like one.
    std::string unfinished = backup + ".new";
    remove_file(unfinished);
    make_private_file(unfinished);
    try {
        // SQLite cannot copy from the connection that holds the transaction.
        SQLite::Database reader(file.path(), SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
        SQLite::Statement copy(reader, "VACUUM INTO ?");
        copy.bind(1, unfinished);
        copy.exec();
        sync_file(unfinished);
        replace_by(unfinished, backup);
        sync_folder(file.folder());
    } catch (const SQLite::Exception& failure) {
        remove_file(unfinished);
        connection.raise(failure);
    } catch (...) {
        remove_file(unfinished);
        throw;
    }
}

void take_step(Connection& connection, int version, const SchemaStep& step, Time now) {
    connection.execute(step.sql);
    if (step.then != nullptr) step.then(connection);
    WriteQuery(connection, "INSERT INTO schema_steps(version, applied_at) VALUES(?, ?)", version, now).run();
    // These two take no parameters; both are parts of the transaction.
    connection.execute(fmt::format("PRAGMA application_id = {}", application_id).c_str());
    connection.execute(fmt::format("PRAGMA user_version = {}", version).c_str());
}

}  // namespace

std::span<const SchemaStep> schema_steps() { return steps_in_order; }

SchemaState schema_state(SQLite::Database& database) {
    SchemaState state;
    state.application = database.execAndGet("PRAGMA application_id").getInt();
    state.version = database.execAndGet("PRAGMA user_version").getInt();
    state.empty = database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt64() == 0;
    return state;
}

void bring_up_to_date(Connection& connection, const DatabaseFile& file, std::span<const SchemaStep> steps, Time now) {
    auto newest = static_cast<int>(steps.size());
    bool backed_up = false;
    try {
        while (schema_state(connection.database).version < newest) {
            connection.execute("BEGIN IMMEDIATE");
            connection.begun = Connection::Scope::transaction;
            // Asked again inside, because another process may be doing the same.
            int version = schema_state(connection.database).version;
            if (version < newest) {
                if (version > 0 && !backed_up) back_up(connection, file, version);
                backed_up = true;
                take_step(connection, version + 1, steps[static_cast<std::size_t>(version)], now);
            }
            connection.execute("COMMIT");
            connection.begun = Connection::Scope::none;
        }
    } catch (const SQLite::Exception& failure) {
        connection.roll_back();
        connection.raise(failure);
    } catch (...) {
        connection.roll_back();
        throw;
    }
}

}  // namespace rekey::store
