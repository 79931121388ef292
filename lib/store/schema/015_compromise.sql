-- A reason of its own for keys that others may have; `rotation` is a precaution from now on. SQLite cannot change the
-- words that a column allows, so each column is made again.

ALTER TABLE certificates ADD COLUMN reason_now TEXT
    CHECK(reason_now IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit', 'compromise'));
UPDATE certificates SET reason_now = reason;
ALTER TABLE certificates DROP COLUMN reason;
ALTER TABLE certificates RENAME COLUMN reason_now TO reason;

ALTER TABLE runs ADD COLUMN reason_now TEXT
    CHECK(reason_now IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit', 'compromise'));
UPDATE runs SET reason_now = reason;
ALTER TABLE runs DROP COLUMN reason;
ALTER TABLE runs RENAME COLUMN reason_now TO reason;

ALTER TABLE items ADD COLUMN reason_now TEXT
    CHECK(reason_now IN ('expiry', 'policy', 'migration', 'rotation', 'manual', 'audit', 'compromise'));
UPDATE items SET reason_now = reason;
ALTER TABLE items DROP COLUMN reason;
ALTER TABLE items RENAME COLUMN reason_now TO reason;

-- What was begun as a rotation revokes and removes the old key, as was promised then.
UPDATE certificates SET reason = 'compromise' WHERE state = 'pending' AND id IN (SELECT new_certificate_id FROM items
    WHERE outcome IN ('open', 'deferred') AND reason = 'rotation' AND keeps_old = 0);
UPDATE items SET reason = 'compromise'
WHERE outcome IN ('open', 'deferred') AND reason = 'rotation' AND keeps_old = 0;

-- To be told once, where somebody may expect the old meaning.
INSERT INTO settings(name, value) SELECT 'rotation_changed', 'untold' WHERE EXISTS(SELECT 1 FROM runs);
