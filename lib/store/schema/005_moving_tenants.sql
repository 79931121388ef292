-- Tenants that come from elsewhere, and tenants that become one.

-- `arriving`: an archive is being read into it, and nobody sees it yet; its name begins with a dot, which no
-- other name does. `merging`: it makes way for another one, and has no active credential any more.
ALTER TABLE tenants ADD COLUMN state TEXT NOT NULL DEFAULT 'present'
    CHECK(state IN ('present', 'arriving', 'merging'));

-- What was recorded of a tenant in the home that it came from, numbers and hashes as they were there.
CREATE TABLE audit_elsewhere(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    position INTEGER NOT NULL CHECK(position >= 1),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL CHECK(length(hash) = 32),
    PRIMARY KEY(tenant_id, position)
) STRICT, WITHOUT ROWID;

-- One row a merge that was cut over. `from_tenant_id` is NULL once everything of it is in the other one.
CREATE TABLE merges(
    id INTEGER PRIMARY KEY,
    from_tenant_id INTEGER REFERENCES tenants(id),
    from_uid TEXT NOT NULL,
    from_name TEXT NOT NULL,
    into_tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    from_credential_id INTEGER NOT NULL REFERENCES credentials(id),
    rotation_id INTEGER NOT NULL REFERENCES rotations(id),
    state TEXT NOT NULL CHECK(state IN ('open', 'merged', 'rolled_back')),
    devices INTEGER NOT NULL CHECK(devices >= 0),
    coverage INTEGER NOT NULL CHECK(coverage >= 0),
    audit_seq INTEGER NOT NULL DEFAULT 0,
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    CHECK((finished_at IS NULL) = (state = 'open')),
    CHECK((from_tenant_id IS NULL) = (state = 'merged'))
) STRICT;
CREATE UNIQUE INDEX merges_open ON merges(from_tenant_id) WHERE state = 'open';
CREATE INDEX merges_from ON merges(from_tenant_id) WHERE from_tenant_id IS NOT NULL;
CREATE INDEX merges_into ON merges(into_tenant_id);
CREATE INDEX merges_credential ON merges(from_credential_id);
CREATE INDEX merges_rotation ON merges(rotation_id);
