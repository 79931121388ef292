-- Until when nothing is to be found in a slot, so that checks and metrics need not judge the others. It is judged, kept
-- and void as `due_at` is (step 019).

-- 0: something is found already, or may be.
ALTER TABLE slots ADD COLUMN sound_until INTEGER NOT NULL DEFAULT 0;
CREATE INDEX slots_sound ON slots(due_by, sound_until) WHERE declared = 1;
-- What a unit was seen to hold instead makes no judgement void, and is a finding.
CREATE INDEX slots_differing ON slots(id) WHERE declared = 1 AND difference <> '';

-- The last time at which a slot was judged: before it, what is not valid yet may have been sound.
ALTER TABLE due_basis ADD COLUMN judged_at INTEGER NOT NULL DEFAULT 0;
-- What was judged without this is judged again.
UPDATE due_basis SET judged_by = '';

-- Units that somebody should know of, and those that nobody counts.
CREATE INDEX units_away ON units(name) WHERE removed_at IS NULL AND offline_since IS NOT NULL;
CREATE INDEX units_seen ON units(coalesce(seen_at, added_at)) WHERE removed_at IS NULL AND offline_since IS NULL;
CREATE INDEX units_removed ON units(id) WHERE removed_at IS NOT NULL;

-- With those of what is active and foreign, these count all certificates by their state.
CREATE INDEX certificates_pending ON certificates(slot_id) WHERE state = 'pending';
CREATE INDEX certificates_past ON certificates(state) WHERE ended_at IS NOT NULL;
