#pragma once

#include <string>
#include <vector>

#include "command/model.hpp"
#include "rekey/store/store.hpp"

namespace rekey::cli {

/// Values that the store knows, and the word for them between completions and `rekey complete`.
struct ValueName {
    Values values;
    std::string word;
    std::vector<store::NameKind> stored;
};

inline const std::vector<ValueName>& value_names() {
    using store::NameKind;
    static const std::vector<ValueName> names{{Values::unit, "units", {Named::unit}},
                                              {Values::slot, "slots", {Named::slot}},
                                              {Values::unit_or_slot, "units-slots", {Named::unit, Named::slot}},
                                              {Values::type, "types", {Named::type}},
                                              {Values::tenant, "tenants", {Named::tenant}},
                                              {Values::credential, "credentials", {Named::credential}},
                                              {Values::issuer, "issuers", {Named::issuer}},
                                              {Values::run, "runs", {Named::run}},
                                              {Values::run_or_slot, "runs-slots", {Named::run, Named::slot}},
                                              {Values::policy_revision, "revisions", {Named::policy_revision}},
                                              {Values::label, "labels", {Named::label}},
                                              {Values::label_key, "label-keys", {Named::label_key}}};
    return names;
}

}  // namespace rekey::cli
