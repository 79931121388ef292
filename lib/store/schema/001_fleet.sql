-- Times are seconds since 1970; lists are JSON arrays; states are the words of the headers.

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
