-- A probe is a slot's. That of a unit goes to its slot, where it has one; where it has several, it stays the unit's,
-- and the certificate of any of them satisfies it.

ALTER TABLE slots ADD COLUMN probe TEXT NOT NULL DEFAULT '';

UPDATE slots SET probe = (SELECT u.probe FROM units u WHERE u.id = slots.unit_id)
WHERE declared = 1
AND NOT EXISTS(SELECT 1 FROM slots o WHERE o.unit_id = slots.unit_id AND o.declared = 1 AND o.id <> slots.id);

UPDATE units SET probe = '' WHERE probe <> ''
AND (SELECT count(*) FROM slots s WHERE s.unit_id = units.id AND s.declared = 1) = 1;
