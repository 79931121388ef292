-- The ends of chains, earlier chains of issuers, and items that bring only a chain.

-- `not_after`: NULL where it cannot be read.
ALTER TABLE chain_certificates ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE chain_certificates ADD COLUMN not_after INTEGER;

-- Where a certificate above it ends before the certificate does: when, and which; NULL where none does.
ALTER TABLE certificates ADD COLUMN chain_end INTEGER;
ALTER TABLE certificates ADD COLUMN chain_end_id INTEGER REFERENCES chain_certificates(id);
CREATE INDEX certificates_chain_end ON certificates(chain_end_id) WHERE chain_end_id IS NOT NULL;
CREATE INDEX certificates_ending ON certificates(coalesce(chain_end, not_after)) WHERE ended_at IS NULL;
DROP INDEX certificates_due;
CREATE INDEX certificates_issuer_in_use ON certificates(issuer_id) WHERE issuer_id IS NOT NULL AND ended_at IS NULL;

-- The chains that an issuer had before the one in `issuer_chains`, the first as generation 1.
CREATE TABLE earlier_issuer_chains(
    issuer_id INTEGER NOT NULL REFERENCES issuers(id),
    generation INTEGER NOT NULL CHECK(generation >= 1),
    position INTEGER NOT NULL CHECK(position >= 0),
    chain_certificate_id INTEGER NOT NULL REFERENCES chain_certificates(id),
    replaced_at INTEGER NOT NULL,
    PRIMARY KEY(issuer_id, generation, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX earlier_issuer_chains_certificate ON earlier_issuer_chains(chain_certificate_id);

-- Whether the item brings another chain to the same key and certificate.
ALTER TABLE items ADD COLUMN chain_only INTEGER NOT NULL DEFAULT 0 CHECK(chain_only IN (0, 1));
