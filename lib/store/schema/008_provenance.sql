-- Which credential a device is known by, who accepted another organisation, why a rotation was made, and how far this
-- machine's clock was off.

-- Whether the provider has shown that a credential serves the organisation of its tenant.
ALTER TABLE credentials ADD COLUMN confirmed INTEGER NOT NULL DEFAULT 1 CHECK(confirmed IN (0, 1));
UPDATE credentials SET confirmed = 0 WHERE state = 'staged' OR (state = 'active' AND last_success IS NULL)
    OR id IN (SELECT new_credential_id FROM rotations WHERE state = 'cut_over');
-- Seconds that this machine's clock was ahead of the provider's in the last answer that told its time.
ALTER TABLE credentials ADD COLUMN clock_ahead INTEGER;

ALTER TABLE rotations ADD COLUMN different_accepted INTEGER NOT NULL DEFAULT 0 CHECK(different_accepted IN (0, 1));
ALTER TABLE rotations ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE rotations ADD COLUMN comment TEXT NOT NULL DEFAULT '';

-- The credential that alone has told of a device, as long as its rotation is not over; 0: the device is the tenant's.
ALTER TABLE devices ADD COLUMN unproven_by INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET unproven_by = coalesce((SELECT max(r.new_credential_id) FROM rotations r
    WHERE r.tenant_id = devices.tenant_id AND r.cut_over_at <= devices.first_seen
    AND (r.state = 'cut_over' OR (r.state = 'confirmed' AND r.prior_destroyed_at IS NULL))), 0)
    WHERE tenant_id IN (SELECT tenant_id FROM rotations WHERE state = 'cut_over' OR (state = 'confirmed'
    AND prior_destroyed_at IS NULL));
