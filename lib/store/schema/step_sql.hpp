#pragma once

/// The SQL of each step of the schema, as it is in `NNN_name.sql` beside this header: NNN is the version that the step
/// makes. CMake writes the source that defines them. A released step never changes.
namespace rekey::store::step_sql {

extern const char fleet[];
extern const char tenants[];
extern const char run_order[];
extern const char syncs[];
extern const char moving_tenants[];
extern const char revocations[];
extern const char signer_lists[];
extern const char provenance[];
extern const char found_places[];
extern const char chain_ends[];
extern const char adoptions[];
extern const char key_rights[];
extern const char policy[];
extern const char probes[];
extern const char compromise[];
extern const char removed_issuers[];
extern const char notices[];
extern const char item_comments[];
extern const char due_times[];
extern const char seen_in_sync[];
extern const char sound_until[];
extern const char audit_reasons[];
extern const char shared_addresses[];

}  // namespace rekey::store::step_sql
