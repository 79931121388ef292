-- What was done for a reason that is rare is found without a walk along the trail: all reasons but `expiry`, which most
-- renewals have, so that these cost nothing. SQLite takes no JSON function into an index of a file that others may have
-- written; this is what stands between the quotes of the first `reason`, and no more than a way to the entries. No column
-- has it: of a table with a computed column, SQLite 3.40 makes no copy (VACUUM INTO) over a connection that only reads.

CREATE INDEX audit_reason ON audit(CASE WHEN instr(detail, '"reason":"') > 0
    THEN substr(substr(detail, instr(detail, '"reason":"') + 10), 1,
                instr(substr(detail, instr(detail, '"reason":"') + 10), '"') - 1) END)
    WHERE CASE WHEN instr(detail, '"reason":"') > 0
    THEN substr(substr(detail, instr(detail, '"reason":"') + 10), 1,
                instr(substr(detail, instr(detail, '"reason":"') + 10), '"') - 1) END NOT IN ('', 'expiry');
