#pragma once

namespace rekey::store {

class Backend;

/// What brings a database from the version before to the next; the first makes version 1.
struct SchemaStep {
    const char* sql;
    void (*then)(Backend&) = nullptr;  ///< in the same transaction, for what SQL cannot say
};

}  // namespace rekey::store
