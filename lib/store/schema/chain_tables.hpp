#pragma once

#include "store/sqlite/connection.hpp"

namespace rekey::store {

/// The step of the schema that brought the ends of chains, issuers' earlier chains, and items that bring only a chain.
extern const char chain_tables[];
/// What that step does to the rows that are there: reads the ends out of the certificates.
void fill_chain_ends(Connection& connection);

}  // namespace rekey::store
