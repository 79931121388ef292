#pragma once

#include "store/sql/backend.hpp"

namespace rekey::store {

/// What 010_chain_ends.sql cannot say: reads the ends of the chains that are there out of the certificates.
void fill_chain_ends(Backend& backend);

}  // namespace rekey::store
