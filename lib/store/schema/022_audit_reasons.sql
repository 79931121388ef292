-- What was done for a reason that is rare is found without a walk along the trail: all reasons but `expiry`, which most
-- renewals have, so that these cost nothing. SQLite takes no JSON function into an index of a file that others may have
-- written; this is what stands between the quotes of the first `reason`, and no more than a way to the entries. The
-- entries, and what is hashed of them, stay as they are.

ALTER TABLE audit ADD COLUMN reason_key TEXT GENERATED ALWAYS AS (CASE WHEN instr(detail, '"reason":"') > 0
    THEN substr(substr(detail, instr(detail, '"reason":"') + 10), 1,
                instr(substr(detail, instr(detail, '"reason":"') + 10), '"') - 1) END) VIRTUAL;
CREATE INDEX audit_reason ON audit(reason_key) WHERE reason_key NOT IN ('', 'expiry');
