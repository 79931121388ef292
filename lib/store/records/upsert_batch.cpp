#include "store/records/upsert_batch.hpp"

namespace rekey::store {

RecordBatch::RecordBatch(Transaction& transaction, const UpsertSql& sql)
    : insert_(transaction, sql.insert),
      see_(transaction, sql.see),
      compare_(transaction, sql.compare),
      touch_(transaction, sql.touch),
      keep_(transaction, sql.keep),
      replace_(transaction, sql.replace) {}

}  // namespace rekey::store
