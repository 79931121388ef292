#include "store/records/upsert_batch.hpp"

namespace rekey::store {

RecordBatch::RecordBatch(Store& store, const RecordSql& sql)
    : insert_(store.impl(), sql.insert),
      compare_(store.impl(), sql.compare),
      touch_(store.impl(), sql.touch),
      keep_(store.impl(), sql.keep),
      replace_(store.impl(), sql.replace) {}

}  // namespace rekey::store
