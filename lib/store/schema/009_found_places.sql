-- What the home declared is told from what units show, and the same certificate in several places from several
-- certificates.

-- Whether somebody here gave the unit this slot; 0: a place that the unit shows.
ALTER TABLE slots ADD COLUMN declared INTEGER NOT NULL DEFAULT 1 CHECK(declared IN (0, 1));
CREATE INDEX slots_found ON slots(unit_id) WHERE declared = 0;

-- Until now, asking a unit made a slot of every place that it showed. Declared stays what a command named, what was
-- ever renewed, adopted, taken or given an issuer, and what holds a certificate of an issuer of this home.
UPDATE slots SET declared = 0
    WHERE issuer_id IS NULL AND identity_subject IS NULL
    AND EXISTS(SELECT 1 FROM certificates c WHERE c.slot_id = slots.id)
    AND NOT EXISTS(SELECT 1 FROM certificates c WHERE c.slot_id = slots.id
        AND (c.issuer_id IS NOT NULL OR c.state NOT IN ('foreign', 'superseded')))
    AND NOT EXISTS(SELECT 1 FROM items i WHERE i.slot_id = slots.id)
    AND (SELECT u.name FROM units u WHERE u.id = slots.unit_id) || '/' ||
        CASE WHEN node = '' THEN type ELSE node || '/' || type END NOT IN (
        SELECT a.subject || '/' || j.value
            FROM audit a, json_each(CASE WHEN json_valid(a.detail) THEN a.detail ELSE '{}' END, '$.slots') j
            WHERE a.action IN ('unit.add', 'unit.set') AND j.value IS NOT NULL
        UNION SELECT subject FROM audit
            WHERE action IN ('slot.declare', 'certificate.adopt', 'certificate.take') AND subject IS NOT NULL);

-- The record of the same certificate where it was met first: numbers, revocations and the issuer are of that one, and
-- `issuer_id` is NULL here.
ALTER TABLE certificates ADD COLUMN same_as INTEGER REFERENCES certificates(id);
CREATE INDEX certificates_same_as ON certificates(same_as) WHERE same_as IS NOT NULL;
