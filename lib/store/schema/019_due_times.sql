-- When each slot is due, so that a run that looks for what is due need not judge the others. Kept is what a judgement
-- said; whatever it was made from makes it void, here, so that no command can forget to.

-- `generation` stands for what all judgements are made from: policy, issuers, settings of the home, and the program,
-- which is `judged_by`. What was judged before `begun_at` is not believed.
CREATE TABLE due_basis(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    generation INTEGER NOT NULL CHECK(generation >= 1),
    judged_by TEXT NOT NULL,
    begun_at INTEGER NOT NULL
) STRICT;
INSERT INTO due_basis(id, generation, judged_by, begun_at) VALUES(1, 1, '', 0);

-- Before `due_at` nothing is due in the slot; NULL: time alone makes nothing due. That holds while `due_by` is the
-- generation of today. 0: nobody has judged the slot; NULL: nobody has to, as its unit was removed.
ALTER TABLE slots ADD COLUMN due_at INTEGER;
ALTER TABLE slots ADD COLUMN due_by INTEGER DEFAULT 0 CHECK(due_by >= 0);
UPDATE slots SET due_by = NULL WHERE unit_id IN (SELECT id FROM units WHERE removed_at IS NOT NULL);
CREATE INDEX slots_due ON slots(due_by, due_at) WHERE declared = 1;

-- `due_by > 0` also leaves alone what nobody has to judge.

-- What is in a slot.
CREATE TRIGGER due_certificate_added AFTER INSERT ON certificates BEGIN
    UPDATE slots SET due_by = 0 WHERE id = NEW.slot_id AND due_by > 0;
END;
CREATE TRIGGER due_certificate_changed AFTER UPDATE ON certificates BEGIN
    UPDATE slots SET due_by = 0 WHERE id IN (OLD.slot_id, NEW.slot_id) AND due_by > 0;
END;
-- Its other records have their issuer from it.
CREATE TRIGGER due_certificate_attributed AFTER UPDATE OF issuer_id ON certificates BEGIN
    UPDATE slots SET due_by = 0 WHERE due_by > 0
        AND id IN (SELECT slot_id FROM certificates WHERE same_as IS NOT NULL AND same_as = NEW.id);
END;
CREATE TRIGGER due_certificate_forgotten AFTER DELETE ON certificates BEGIN
    UPDATE slots SET due_by = 0 WHERE id = OLD.slot_id AND due_by > 0;
END;

-- Revoked is a certificate for all its records.
CREATE TRIGGER due_revocation_added AFTER INSERT ON revocations BEGIN
    UPDATE slots SET due_by = 0 WHERE due_by > 0
        AND id IN (SELECT slot_id FROM certificates WHERE id = NEW.certificate_id
        UNION SELECT slot_id FROM certificates WHERE same_as IS NOT NULL AND same_as = NEW.certificate_id);
END;
CREATE TRIGGER due_revocation_changed AFTER UPDATE ON revocations BEGIN
    UPDATE slots SET due_by = 0 WHERE due_by > 0
        AND id IN (SELECT slot_id FROM certificates WHERE id IN (OLD.certificate_id, NEW.certificate_id)
        UNION SELECT slot_id FROM certificates WHERE same_as IS NOT NULL
        AND same_as IN (OLD.certificate_id, NEW.certificate_id));
END;

-- What rules see of a slot and its unit. Probes, and what a unit was seen to hold, make nothing due.
CREATE TRIGGER due_slot_changed AFTER UPDATE OF unit_id, node, type, issuer_id, declared, rules, identity_subject,
    identity_sans, identity_more ON slots BEGIN
    UPDATE slots SET due_by = 0 WHERE id = NEW.id AND due_by > 0;
END;
CREATE TRIGGER due_unit_changed AFTER UPDATE OF name, rules ON units
    WHEN OLD.name IS NOT NEW.name OR OLD.rules IS NOT NEW.rules BEGIN
    UPDATE slots SET due_by = 0 WHERE unit_id = NEW.id AND due_by > 0;
END;
CREATE TRIGGER due_unit_removed AFTER UPDATE OF removed_at ON units
    WHEN (OLD.removed_at IS NULL) <> (NEW.removed_at IS NULL) BEGIN
    UPDATE slots SET due_by = CASE WHEN NEW.removed_at IS NULL THEN 0 END WHERE unit_id = NEW.id;
END;
CREATE TRIGGER due_label_added AFTER INSERT ON unit_labels BEGIN
    UPDATE slots SET due_by = 0 WHERE unit_id = NEW.unit_id AND due_by > 0;
END;
CREATE TRIGGER due_label_changed AFTER UPDATE ON unit_labels BEGIN
    UPDATE slots SET due_by = 0 WHERE unit_id IN (OLD.unit_id, NEW.unit_id) AND due_by > 0;
END;
CREATE TRIGGER due_label_removed AFTER DELETE ON unit_labels BEGIN
    UPDATE slots SET due_by = 0 WHERE unit_id = OLD.unit_id AND due_by > 0;
END;

-- What concerns every slot: one row says that all of them are to be judged again.
CREATE TRIGGER due_policy_loaded AFTER INSERT ON policy_revisions BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_policy_changed AFTER UPDATE ON policy_revisions BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_policy_removed AFTER DELETE ON policy_revisions BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_issuer_added AFTER INSERT ON issuers BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_issuer_changed AFTER UPDATE ON issuers BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_issuer_removed AFTER DELETE ON issuers BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_chain_added AFTER INSERT ON issuer_chains BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_chain_changed AFTER UPDATE ON issuer_chains BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_chain_removed AFTER DELETE ON issuer_chains BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_chain_end_read AFTER UPDATE ON chain_certificates BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_setting_added AFTER INSERT ON settings WHEN NEW.name IN ('organization', 'default_issuer') BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_setting_changed AFTER UPDATE ON settings
    WHEN OLD.name IN ('organization', 'default_issuer') OR NEW.name IN ('organization', 'default_issuer') BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
CREATE TRIGGER due_setting_removed AFTER DELETE ON settings WHEN OLD.name IN ('organization', 'default_issuer') BEGIN
    UPDATE due_basis SET generation = generation + 1;
END;
