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
    static const std::vector<ValueName> names{{Values::unit, "units", {NameKind::unit}},
                                              {Values::slot, "slots", {NameKind::slot}},
                                              {Values::unit_or_slot, "units-slots", {NameKind::unit, NameKind::slot}},
                                              {Values::type, "types", {NameKind::type}},
                                              {Values::tenant, "tenants", {NameKind::tenant}},
                                              {Values::credential, "credentials", {NameKind::credential}},
                                              {Values::issuer, "issuers", {NameKind::issuer}},
                                              {Values::run, "runs", {NameKind::run}},
                                              {Values::run_or_slot, "runs-slots", {NameKind::run, NameKind::slot}},
                                              {Values::policy_revision, "revisions", {NameKind::policy_revision}},
                                              {Values::label, "labels", {NameKind::label}},
                                              {Values::label_key, "label-keys", {NameKind::label_key}}};
    return names;
}

}  // namespace rekey::cli
