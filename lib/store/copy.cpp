#include "rekey/store/copy.hpp"

#include "store/database_file.hpp"
#include "store/query.hpp"

namespace rekey::store {

void copy_to(Store& store, const std::string& path) {
    make_private_file(path);
    try {
        Query(store, "VACUUM INTO ?", path).run();
    } catch (...) {
        remove_file(path);
        throw;
    }
}

}  // namespace rekey::store
