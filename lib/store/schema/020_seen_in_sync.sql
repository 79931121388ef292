-- A device says in which sync it was last seen; until now the column had the name of what told of it.

ALTER TABLE devices RENAME COLUMN told_by TO seen_in_sync;

DROP INDEX devices_told;
CREATE INDEX devices_seen ON devices(tenant_id, seen_in_sync, covered_by) WHERE inactive_since IS NULL;
