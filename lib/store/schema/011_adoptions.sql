-- What else certificates say, what adopted ones keep of that, and adoptions under way.

-- CertificateDetails as a JSON object; NULL in rows that are older than this step.
ALTER TABLE certificates ADD COLUMN details TEXT;

-- The rest of an adopted certificate's identity as a JSON object; NULL in rows that are older than this step.
ALTER TABLE slots ADD COLUMN identity_more TEXT;

-- A row an adoption that has not ended. `open`: nothing is on the record but this; `recorded`: the certificate is the
-- slot's active one, and what its files were before is still to be removed.
CREATE TABLE adoptions(
    slot_id INTEGER PRIMARY KEY REFERENCES slots(id),
    state TEXT NOT NULL CHECK(state IN ('open', 'recorded')),
    certificate_file TEXT NOT NULL,
    key_file TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    makes_slot INTEGER NOT NULL CHECK(makes_slot IN (0, 1)),
    was_in_use INTEGER NOT NULL CHECK(was_in_use IN (0, 1)),
    keep_mode INTEGER NOT NULL CHECK(keep_mode IN (0, 1)),
    actor TEXT NOT NULL,
    started_at INTEGER NOT NULL
) STRICT;
