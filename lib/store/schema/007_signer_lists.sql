-- Lists of revoked certificates belong to signing names and keys instead of issuers.

-- Issuers that sign with one name and one key have one list: that of `signer_id`, the first of them.
CREATE TABLE list_signers(
    issuer_id INTEGER PRIMARY KEY REFERENCES issuers(id),
    signer_id INTEGER NOT NULL REFERENCES issuers(id)
) STRICT;
CREATE INDEX list_signers_signer ON list_signers(signer_id);

-- `number` is the largest that was given out, or seen on a list of this signer; the next four are of the last list
-- that reached its file. Numbers are hex. `restored`: the home came from a backup, and no list was made since.
CREATE TABLE signer_lists(
    signer_id INTEGER PRIMARY KEY REFERENCES issuers(id),
    number TEXT NOT NULL,
    written_number TEXT,
    covers INTEGER,
    this_update INTEGER,
    next_update INTEGER,
    restored INTEGER NOT NULL DEFAULT 0 CHECK(restored IN (0, 1)),
    CHECK((written_number IS NULL) = (covers IS NULL)),
    CHECK((written_number IS NULL) = (this_update IS NULL)),
    CHECK((written_number IS NULL) = (next_update IS NULL))
) STRICT;
INSERT INTO signer_lists(signer_id, number, written_number, covers, this_update, next_update)
    SELECT issuer_id, printf('%016X', number), CASE WHEN written_number IS NOT NULL THEN printf('%016X', written_number)
    END, covers, this_update, next_update FROM revocation_lists;
DROP TABLE revocation_lists;

-- The list that lies where those who ask look, one row an issuer, as its files are named after issuers.
CREATE TABLE published_lists(
    issuer_id INTEGER PRIMARY KEY REFERENCES issuers(id),
    number TEXT NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;

-- What was read from lists of a signer about certificates that are not in this store.
-- The reason is the CRLReason of RFC 5280, 5.3.1.
CREATE TABLE listed_revocations(
    signer_id INTEGER NOT NULL REFERENCES issuers(id),
    number TEXT NOT NULL,
    revoked_at INTEGER NOT NULL,
    reason INTEGER NOT NULL CHECK(reason BETWEEN 0 AND 10),
    PRIMARY KEY(signer_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX listed_revocations_number ON listed_revocations(number);
