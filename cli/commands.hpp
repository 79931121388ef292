#pragma once

#include "arguments.hpp"

namespace rekey::cli {

// One function a file, in the order in which help shows them.
void init(Registry& registry);
void doctor(Registry& registry);
void backup(Registry& registry);
void restore(Registry& registry);
void metrics(Registry& registry);
void agent(Registry& registry);

void units_add(Registry& registry);
void units_adopt(Registry& registry);
void units_list(Registry& registry);
void units_show(Registry& registry);
void units_set(Registry& registry);
void units_check(Registry& registry);
void units_conformance(Registry& registry);
void units_remove(Registry& registry);

void certs_list(Registry& registry);
void certs_show(Registry& registry);
void certs_generate(Registry& registry);
void certs_renew(Registry& registry);
void certs_revoke(Registry& registry);
void certs_verify(Registry& registry);
void certs_check(Registry& registry);
void certs_timeline(Registry& registry);
void certs_history(Registry& registry);
void certs_export(Registry& registry);

void issuers_list(Registry& registry);
void issuers_show(Registry& registry);
void issuers_export(Registry& registry);
void issuers_crl(Registry& registry);
void issuers_create(Registry& registry);
void issuers_add(Registry& registry);
void issuers_default(Registry& registry);

void policy_show(Registry& registry);
void policy_check(Registry& registry);
void policy_explain(Registry& registry);

void credential_add(Registry& registry);
void credential_list(Registry& registry);
void credential_show(Registry& registry);
void credential_history(Registry& registry);
void credential_verify(Registry& registry);
void credential_rotate(Registry& registry);
void credential_confirm(Registry& registry);
void credential_rollback(Registry& registry);
void credential_abort(Registry& registry);
void credential_remove(Registry& registry);
void credential_import(Registry& registry);
void credential_pending(Registry& registry);
void credential_pack(Registry& registry);

void tenants_list(Registry& registry);
void tenants_show(Registry& registry);
void tenants_sync(Registry& registry);
void tenants_import(Registry& registry);
void tenants_devices(Registry& registry);
void tenants_coverage(Registry& registry);
void tenants_export(Registry& registry);
void tenants_import_archive(Registry& registry);
void tenants_merge(Registry& registry);
void tenants_remove(Registry& registry);

void seal_show(Registry& registry);
void seal_change(Registry& registry);

void runs_list(Registry& registry);
void runs_show(Registry& registry);

void audit_list(Registry& registry);
void audit_verify(Registry& registry);
void audit_export(Registry& registry);

inline void register_all(Registry& registry) {
    init(registry);
    registry.noun("units", "The machines in the field that hold certificates");
    registry.noun("certs", "Their certificates: list, generate, renew, verify");
    registry.noun("issuers", "What signs them");
    registry.noun("policy", "What certificates must be, and when they are due");
    registry.noun("credential", "What tenants sign their requests with: rotate, verify, go back");
    registry.noun("tenants", "Organisations at an API provider, with their devices and coverage");
    registry.noun("seal", "What the secrets of the home are sealed with");
    registry.noun("runs", "What each invocation that renewed did");
    registry.noun("audit", "The trail of every change");
    for (auto describe : {units_add,
                          units_adopt,
                          units_list,
                          units_show,
                          units_set,
                          units_check,
                          units_conformance,
                          units_remove,
                          certs_list,
                          certs_show,
                          certs_generate,
                          certs_renew,
                          certs_revoke,
                          certs_verify,
                          certs_check,
                          certs_timeline,
                          certs_history,
                          certs_export,
                          issuers_list,
                          issuers_show,
                          issuers_export,
                          issuers_crl,
                          issuers_create,
                          issuers_add,
                          issuers_default,
                          policy_show,
                          policy_check,
                          policy_explain,
                          credential_add,
                          credential_list,
                          credential_show,
                          credential_history,
                          credential_verify,
                          credential_rotate,
                          credential_confirm,
                          credential_rollback,
                          credential_abort,
                          credential_remove,
                          credential_import,
                          credential_pending,
                          credential_pack,
                          tenants_list,
                          tenants_show,
                          tenants_sync,
                          tenants_import,
                          tenants_devices,
                          tenants_coverage,
                          tenants_export,
                          tenants_import_archive,
                          tenants_merge,
                          tenants_remove,
                          runs_list,
                          runs_show,
                          audit_list,
                          audit_verify,
                          audit_export,
                          seal_show,
                          seal_change,
                          doctor,
                          backup,
                          restore,
                          metrics,
                          agent})
        describe(registry);
}

}  // namespace rekey::cli
