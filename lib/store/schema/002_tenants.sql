-- Tenants with their credentials and records.

-- The counts are kept here, so that they cost nothing to read however many records there are.
CREATE TABLE tenants(
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE CHECK(name <> ''),
    created_at INTEGER NOT NULL,
    devices INTEGER NOT NULL DEFAULT 0 CHECK(devices >= 0),
    inactive INTEGER NOT NULL DEFAULT 0 CHECK(inactive BETWEEN 0 AND devices),
    coverage INTEGER NOT NULL DEFAULT 0 CHECK(coverage >= 0)
) STRICT;

CREATE TABLE credentials(
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL CHECK(name <> ''),
    client_id TEXT NOT NULL CHECK(client_id <> ''),
    key_id TEXT NOT NULL,
    scope TEXT NOT NULL,
    token_url TEXT NOT NULL,
    audience TEXT NOT NULL,
    api_url TEXT NOT NULL,
    key_fingerprint BLOB NOT NULL CHECK(length(key_fingerprint) = 32),
    state TEXT NOT NULL CHECK(state IN ('staged', 'active', 'superseded', 'retired', 'failed')),
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    activated_at INTEGER,
    ended_at INTEGER,
    last_success INTEGER,
    last_failure INTEGER,
    failure_class TEXT NOT NULL,
    failure TEXT NOT NULL,
    CHECK(state <> 'active' OR activated_at IS NOT NULL),
    CHECK((ended_at IS NULL) = (state IN ('staged', 'active')))
) STRICT;
CREATE INDEX credentials_tenant ON credentials(tenant_id, name);
CREATE INDEX credentials_name ON credentials(name);
CREATE UNIQUE INDEX credentials_active ON credentials(tenant_id) WHERE state = 'active';
CREATE UNIQUE INDEX credentials_in_use ON credentials(tenant_id, name) WHERE state IN ('staged', 'active');
-- Of all tenants: two that use one client would revoke each other's keys.
CREATE UNIQUE INDEX credentials_client ON credentials(client_id) WHERE state = 'active';

-- SQLite's secure_delete clears whole pages and rows, but not always the copies that it leaves in
-- unused space when it moves rows between pages (11 of 64,000 keys, SQLite 3.40). A row this long has
-- its end, the key, on overflow pages of its own: those are never moved, and are cleared when freed.
CREATE TABLE credential_keys(
    credential_id INTEGER PRIMARY KEY REFERENCES credentials(id),
    padding BLOB NOT NULL CHECK(length(padding) = 4096),
    sealed BLOB NOT NULL CHECK(length(sealed) > 0)
) STRICT;

CREATE TABLE rotations(
    id INTEGER PRIMARY KEY,
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    old_credential_id INTEGER REFERENCES credentials(id),
    new_credential_id INTEGER NOT NULL REFERENCES credentials(id),
    state TEXT NOT NULL
        CHECK(state IN ('staged', 'verified', 'cut_over', 'confirmed', 'rolled_back', 'aborted', 'failed')),
    offline INTEGER NOT NULL CHECK(offline IN (0, 1)),
    keep_prior INTEGER NOT NULL CHECK(keep_prior >= 0),
    started_at INTEGER NOT NULL,
    cut_over_at INTEGER,
    confirmed_at INTEGER,
    prior_destroyed_at INTEGER,
    actor TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;
CREATE INDEX rotations_tenant ON rotations(tenant_id);
CREATE UNIQUE INDEX rotations_open ON rotations(tenant_id) WHERE state IN ('staged', 'verified', 'cut_over');
CREATE INDEX rotations_unfinished ON rotations(tenant_id)
    WHERE state = 'cut_over' OR (state = 'confirmed' AND prior_destroyed_at IS NULL);
CREATE INDEX rotations_old ON rotations(old_credential_id) WHERE old_credential_id IS NOT NULL;
CREATE INDEX rotations_new ON rotations(new_credential_id);

CREATE TABLE payload_entries(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    entry_id TEXT NOT NULL UNIQUE CHECK(entry_id <> ''),
    version INTEGER NOT NULL,
    digest BLOB NOT NULL CHECK(length(digest) = 32),
    credential_id INTEGER NOT NULL REFERENCES credentials(id),
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY(tenant_id, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payload_entries_credential ON payload_entries(credential_id);

-- Records are wide and come in any order: rows with an index beside them take half the time of
-- rows within it (WITHOUT ROWID) when the ids are in no order, and the same when they are.
CREATE TABLE devices(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    id TEXT NOT NULL CHECK(id <> ''),
    serial TEXT NOT NULL,
    model TEXT NOT NULL,
    family TEXT NOT NULL,
    status TEXT NOT NULL,
    attributes TEXT NOT NULL,
    inactive_since INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY(tenant_id, id)
) STRICT;
-- What a device was before: position 1 is the oldest.
CREATE TABLE device_history(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK(position >= 1),
    serial TEXT NOT NULL,
    model TEXT NOT NULL,
    family TEXT NOT NULL,
    status TEXT NOT NULL,
    attributes TEXT NOT NULL,
    inactive_since INTEGER,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY(tenant_id, id, position)
) STRICT;

CREATE TABLE coverage(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    device_id TEXT NOT NULL CHECK(device_id <> ''),
    id TEXT NOT NULL CHECK(id <> ''),
    status TEXT NOT NULL,
    description TEXT NOT NULL,
    starts INTEGER,
    ends INTEGER,
    attributes TEXT NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY(tenant_id, device_id, id)
) STRICT;
CREATE TABLE coverage_history(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    device_id TEXT NOT NULL,
    id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK(position >= 1),
    status TEXT NOT NULL,
    description TEXT NOT NULL,
    starts INTEGER,
    ends INTEGER,
    attributes TEXT NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY(tenant_id, device_id, id, position)
) STRICT;
