#pragma once

#include <vector>

#include "rekey/base/base.hpp"

namespace rekey::crypto {

/// Whether chains that lead to one of them (DER) lead to the other: the same name and key.
bool is_same_root(const Bytes& one, const Bytes& other);

/// Of several certificates of one root, the one that ends last; in the order that they had.
std::vector<Bytes> distinct_roots(const std::vector<Bytes>& roots);

}  // namespace rekey::crypto
