-- The policy of the home: every revision of its document, and what was set for one unit or one slot.

-- The newest revision is the one in force; none: the built-in rules are.
CREATE TABLE policy_revisions(
    revision INTEGER PRIMARY KEY CHECK(revision >= 1),
    document TEXT NOT NULL,
    loaded_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    comment TEXT NOT NULL
) STRICT;

-- Rules as a JSON object of lists of texts; `{}`: nothing was set.
ALTER TABLE units ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
ALTER TABLE slots ADD COLUMN rules TEXT NOT NULL DEFAULT '{}';
