#include "rekey/store/copy.hpp"

#include "store/sql/query.hpp"
#include "store/sqlite/database_file.hpp"

namespace rekey::store {

void copy_to(Reader& store, const std::string& path) {
    make_private_file(path);
    try {
        WriteQuery(store.connection(), "VACUUM INTO ?", path).run();
    } catch (...) {
        remove_file(path);
        throw;
    }
}

}  // namespace rekey::store
