-- Reasons of revocations, and the numbers of their lists.

-- A row a certificate that one of the home's issuers revoked. `seq` grows with every change, so that a list
-- of what was revoked can say what it covers.
CREATE TABLE revocations(
    seq INTEGER PRIMARY KEY,
    certificate_id INTEGER NOT NULL UNIQUE REFERENCES certificates(id),
    issuer_id INTEGER NOT NULL REFERENCES issuers(id),
    revoked_at INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK(reason IN ('unspecified', 'keyCompromise', 'cACompromise', 'affiliationChanged',
        'superseded', 'cessationOfOperation', 'privilegeWithdrawn', 'aACompromise')),
    in_use INTEGER NOT NULL CHECK(in_use IN (0, 1))
) STRICT;
CREATE INDEX revocations_issuer ON revocations(issuer_id, seq);
CREATE INDEX revocations_in_use ON revocations(certificate_id) WHERE in_use = 1;

-- What was recorded as revoked before reasons were: a rotation said that the key may be known to others.
INSERT INTO revocations(certificate_id, issuer_id, revoked_at, reason, in_use)
    SELECT c.id, c.issuer_id, c.ended_at,
        CASE WHEN EXISTS(SELECT 1 FROM certificates n WHERE n.slot_id = c.slot_id AND n.predecessor = c.number
            AND n.reason = 'rotation') THEN 'keyCompromise' ELSE 'superseded' END, 0
    FROM certificates c WHERE c.state = 'revoked' AND c.issuer_id IS NOT NULL ORDER BY c.ended_at, c.id;

-- `number`: the last that was given out; the rest is of the last list that reached its file.
CREATE TABLE revocation_lists(
    issuer_id INTEGER PRIMARY KEY REFERENCES issuers(id),
    number INTEGER NOT NULL CHECK(number >= 1),
    written_number INTEGER CHECK(written_number <= number),
    covers INTEGER,
    this_update INTEGER,
    next_update INTEGER,
    published INTEGER CHECK(published IN (0, 1)),
    CHECK((written_number IS NULL) = (covers IS NULL)),
    CHECK((written_number IS NULL) = (this_update IS NULL)),
    CHECK((written_number IS NULL) = (next_update IS NULL)),
    CHECK((written_number IS NULL) = (published IS NULL))
) STRICT;

-- Whether the certificate that the item replaces is not revoked, and its key left where it is, whatever the
-- reason of the renewal.
ALTER TABLE items ADD COLUMN keeps_old INTEGER NOT NULL DEFAULT 0 CHECK(keeps_old IN (0, 1));
