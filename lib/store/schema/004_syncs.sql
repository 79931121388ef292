-- Syncs of tenants with their providers.

-- One row a sync. Generations count from 1 within a tenant; 0 stands for none.
CREATE TABLE syncs(
    tenant_id INTEGER NOT NULL REFERENCES tenants(id),
    generation INTEGER NOT NULL CHECK(generation >= 1),
    phase TEXT NOT NULL CHECK(phase IN ('devices', 'marking', 'coverage', 'done', 'abandoned')),
    cursor TEXT NOT NULL,
    pages INTEGER NOT NULL CHECK(pages >= 0),
    told INTEGER NOT NULL CHECK(told >= 0),
    added INTEGER NOT NULL CHECK(added >= 0),
    changed INTEGER NOT NULL CHECK(changed >= 0),
    returned INTEGER NOT NULL CHECK(returned >= 0),
    gone INTEGER NOT NULL CHECK(gone >= 0),
    asked INTEGER NOT NULL CHECK(asked >= 0),
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY(tenant_id, generation),
    CHECK((finished_at IS NULL) = (phase IN ('devices', 'marking', 'coverage')))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX syncs_open ON syncs(tenant_id) WHERE finished_at IS NULL;

-- The sync that was last told of a device, and the one that last learned its coverage. So what a sync
-- was not told of, and whose coverage it still lacks, is found by index: after a crash too.
ALTER TABLE devices ADD COLUMN told_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN covered_by INTEGER NOT NULL DEFAULT 0;
CREATE INDEX devices_told ON devices(tenant_id, told_by, covered_by) WHERE inactive_since IS NULL;
CREATE INDEX coverage_ends ON coverage(tenant_id, ends) WHERE ends IS NOT NULL;
