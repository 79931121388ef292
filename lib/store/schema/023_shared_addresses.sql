-- Which addresses two units have, so that a check need not compare those of the whole fleet.

CREATE INDEX units_at ON units(address, name) WHERE removed_at IS NULL;

-- Every address that two units have is here. One that two units had, and one has now, may stay.
CREATE TABLE shared_addresses(address TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO shared_addresses(address)
    SELECT address FROM units WHERE removed_at IS NULL GROUP BY address HAVING count(*) > 1;

CREATE TRIGGER shared_by_added AFTER INSERT ON units WHEN NEW.removed_at IS NULL BEGIN
    INSERT INTO shared_addresses(address) SELECT NEW.address
        WHERE EXISTS(SELECT 1 FROM units WHERE address = NEW.address AND removed_at IS NULL AND id <> NEW.id)
        ON CONFLICT DO NOTHING;
END;
CREATE TRIGGER shared_by_changed AFTER UPDATE OF address, removed_at ON units
    WHEN NEW.removed_at IS NULL AND (OLD.removed_at IS NOT NULL OR OLD.address <> NEW.address) BEGIN
    INSERT INTO shared_addresses(address) SELECT NEW.address
        WHERE EXISTS(SELECT 1 FROM units WHERE address = NEW.address AND removed_at IS NULL AND id <> NEW.id)
        ON CONFLICT DO NOTHING;
END;
