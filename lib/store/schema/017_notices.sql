-- What people were told of, so that they are told once: the identity of each finding. `round` is that of the last look
-- at which the finding was still there.

CREATE TABLE notices(
    identity TEXT PRIMARY KEY,
    told_at INTEGER NOT NULL,
    round INTEGER NOT NULL
) STRICT;

-- What a unit was last seen to hold in a slot in place of the certificate with the number `difference_of`, in words;
-- empty: nothing else. It says nothing once another certificate is in use.

ALTER TABLE slots ADD COLUMN difference TEXT NOT NULL DEFAULT '';
ALTER TABLE slots ADD COLUMN difference_of TEXT NOT NULL DEFAULT '';
ALTER TABLE slots ADD COLUMN holds_nothing INTEGER NOT NULL DEFAULT 0;
