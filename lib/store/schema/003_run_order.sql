-- The units that a run has to work on, the most urgent first; gone when the run has ended.
CREATE TABLE run_units(
    run_id INTEGER NOT NULL REFERENCES runs(id),
    urgency INTEGER NOT NULL,
    unit_id INTEGER NOT NULL REFERENCES units(id),
    PRIMARY KEY(run_id, urgency, unit_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX run_units_unit ON run_units(run_id, unit_id);
CREATE INDEX run_units_of ON run_units(unit_id);
INSERT INTO run_units(run_id, urgency, unit_id)
    SELECT i.run_id, min(coalesce(c.not_after, 0)), s.unit_id FROM items i JOIN slots s ON s.id = i.slot_id
    LEFT JOIN certificates c ON c.id = i.old_certificate_id WHERE i.outcome = 'open' GROUP BY i.run_id, s.unit_id;
