-- Items keep the comment of the run that planned them, and what happened is found by time, actor and subject.

ALTER TABLE items ADD COLUMN comment TEXT NOT NULL DEFAULT '';

-- A token stays while an item is continued, so the first item with it tells which run planned it.
UPDATE items SET comment = (SELECT r.comment FROM items f JOIN runs r ON r.id = f.run_id
    WHERE f.slot_id = items.slot_id AND f.token = items.token ORDER BY f.id LIMIT 1);

CREATE INDEX audit_at ON audit(at);
CREATE INDEX audit_actor ON audit(actor, at);
CREATE INDEX audit_subject ON audit(subject, at);

CREATE INDEX certificates_recorded ON certificates(recorded_at);
CREATE INDEX items_reason ON items(run_id, reason);
