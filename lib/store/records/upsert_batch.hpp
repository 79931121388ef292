#pragma once

#include <algorithm>
#include <vector>

#include "store/records/upsert_sql.hpp"
#include "store/sql/query.hpp"

namespace rekey::store {

/// Inserts or updates records one after the other, with each statement prepared once. What is there
/// already is compared before anything is written.
class RecordBatch {
public:
    RecordBatch(Transaction& transaction, const UpsertSql& sql);

    /// What there was before.
    struct Before {
        bool absent = false;
        bool same_content = false;
        bool inactive = false;
        bool seen = false;  ///< by the same sync
    };

    /// `bind_key` and `bind_all` bind the record to the query that they are given.
    template <class BindKey, class BindAll>
    Before put(BindKey bind_key, BindAll bind_all) {
        Before was;
        // Records come in runs of new ones and of known ones, so what the last one was is tried first.
        bool found = last_was_known_ && find(bind_all);
        if (!found) {
            bind_all(renew(insert_));
            was.absent = insert_.run() > 0;
            last_was_known_ = !was.absent;
            if (was.absent) return was;
            find(bind_all);
        }
        was.same_content = compare_.flag();
        bool same = compare_.flag();
        was.inactive = compare_.flag();
        was.seen = compare_.flag();
        // A row still being read would stand in the way of changing it.
        compare_.again();
        if (was.same_content && same) return was;
        if (was.same_content) {
            bind_all(renew(touch_));
            touch_.run();
        } else {
            bind_key(renew(keep_));
            keep_.run();
            bind_all(renew(replace_));
            replace_.run();
        }
        return was;
    }

private:
    template <class BindAll>
    bool find(BindAll bind_all) {
        bind_all(renew(compare_));
        return compare_.next();
    }
    static Query& renew(Query& query) {
        query.again();
        return query;
    }

    WriteQuery insert_;
    Query compare_;
    WriteQuery touch_;
    WriteQuery keep_;
    WriteQuery replace_;
    bool last_was_known_ = false;
};

/// In the order of their index, so that neighbours there are written together. Equal keys keep
/// their order: the last of them wins.
template <class Record, class Less>
std::vector<const Record*> in_key_order(const std::vector<Record>& records, Less less) {
    std::vector<const Record*> order;
    order.reserve(records.size());
    for (const Record& record : records) order.push_back(&record);
    auto before = [&](const Record* a, const Record* b) { return less(*a, *b); };
    if (!std::is_sorted(order.begin(), order.end(), before)) std::stable_sort(order.begin(), order.end(), before);
    return order;
}

}  // namespace rekey::store
