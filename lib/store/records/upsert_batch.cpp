#include "store/records/upsert_batch.hpp"

namespace rekey::store {

RecordBatch::RecordBatch(Store& store, const RecordSql& sql)
    : insert_(store, sql.insert),
      compare_(store, sql.compare),
      touch_(store, sql.touch),
      keep_(store, sql.keep),
      replace_(store, sql.replace) {}

}  // namespace rekey::store
