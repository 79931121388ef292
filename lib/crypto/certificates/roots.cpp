#include "crypto/certificates/roots.hpp"

#include <algorithm>

#include "crypto/certificates/certificate.hpp"

namespace rekey::crypto {

bool is_same_root(const Bytes& one, const Bytes& other) {
    // Nearly always: reading names costs more than all other work on a chain that has one root.
    if (one == other) return true;
    auto first = X509Certificate::from_der(one);
    auto second = X509Certificate::from_der(other);
    return first.public_key() == second.public_key() && first.facts().subject == second.facts().subject;
}

std::vector<Bytes> distinct_roots(const std::vector<Bytes>& roots) {
    auto end_of = [](const Bytes& der) { return X509Certificate::from_der(der).facts().not_after; };
    std::vector<Bytes> distinct;
    for (const auto& root : roots) {
        auto known = std::ranges::find_if(distinct, [&](const Bytes& other) { return is_same_root(root, other); });
        if (known == distinct.end())
            distinct.push_back(root);
        else if (root != *known && end_of(root) > end_of(*known))
            *known = root;
    }
    return distinct;
}

}  // namespace rekey::crypto
