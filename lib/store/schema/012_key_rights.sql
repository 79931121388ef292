-- Slots whose key all users of the unit may use, because that is meant.

ALTER TABLE slots ADD COLUMN keeps_mode INTEGER NOT NULL DEFAULT 0 CHECK(keeps_mode IN (0, 1));
