-- An issuer that was removed stays as what it signed names it, without its key and under another name.

ALTER TABLE issuers ADD COLUMN removed_at INTEGER;
