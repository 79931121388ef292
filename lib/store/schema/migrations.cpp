#include "store/schema/migrations.hpp"

#include "store/schema/fill_chain_ends.hpp"
#include "store/schema/step_sql.hpp"

namespace rekey::store {

namespace {

constexpr SchemaStep steps_in_order[] = {
    {step_sql::fleet},
    {step_sql::tenants},
    {step_sql::run_order},
    {step_sql::syncs},
    {step_sql::moving_tenants},
    {step_sql::revocations},
    {step_sql::signer_lists},
    {step_sql::provenance},
    {step_sql::found_places},
    {step_sql::chain_ends, fill_chain_ends},
    {step_sql::adoptions},
    {step_sql::key_rights},
    {step_sql::policy},
    {step_sql::probes},
    {step_sql::compromise},
    {step_sql::removed_issuers},
    {step_sql::notices},
    {step_sql::item_comments},
    {step_sql::due_times},
    {step_sql::seen_in_sync},
    {step_sql::sound_until},
    {step_sql::audit_reasons},
    {step_sql::shared_addresses},
};

}  // namespace

std::span<const SchemaStep> schema_steps() { return steps_in_order; }

}  // namespace rekey::store
