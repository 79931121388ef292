#include "store/copy.hpp"

#include "store/sql/backend.hpp"

namespace rekey::store {

void copy_to(Reader& store, const std::string& path) { store.backend().copy_to(path); }

}  // namespace rekey::store
