#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace rekey::policy {

/// The keys at the top of config.toml, and those at the top of a policy document. No key is in both.
inline std::vector<std::string_view> machine_keys() {
    return {"jobs",    "answer_deadline", "unit_deadline", "crl_folder",
            "ca_file", "agent_roots",     "agent_reloads", "notify"};
}
inline std::vector<std::string_view> policy_keys() {
    return {"defaults", "type", "label", "node_order", "type_order", "crl_validity", "credentials"};
}

inline bool is_among(const std::vector<std::string_view>& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace rekey::policy
