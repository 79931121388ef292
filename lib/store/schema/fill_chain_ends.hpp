#pragma once

#include "store/sqlite/connection.hpp"

namespace rekey::store {

/// What 010_chain_ends.sql cannot say: reads the ends of the chains that are there out of the certificates.
void fill_chain_ends(Connection& connection);

}  // namespace rekey::store
