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
        bool same = false;  ///< but for the times when it was seen; then the two below are not told
        bool inactive = false;
        bool seen = false;  ///< by the same sync
    };

    /// `bind_key` and `bind_all` bind the record to the query that they are given.
    template <class BindKey, class BindAll>
    Before put(BindKey bind_key, BindAll bind_all) {
        Before was;
        // Records come in runs of new ones, of same ones and of others, so what the last one was is tried first: in
        // most cases one statement is enough.
        if (last_ == Last::same && see(bind_all)) return {.same_content = true, .same = true};
        bool found = last_ != Last::absent && find(bind_all);
        if (!found) {
            bind_all(renew(insert_));
            was.absent = insert_.run() > 0;
            if (was.absent) {
                last_ = Last::absent;
                return was;
            }
            find(bind_all);
        }
        was.same_content = compare_.flag();
        was.same = compare_.flag() && was.same_content;
        bool same_times = compare_.flag();
        was.inactive = compare_.flag();
        was.seen = compare_.flag();
        // A row that is still being read could not be changed.
        compare_.again();
        last_ = was.same ? Last::same : Last::other;
        if (was.same) {
            if (!same_times) see(bind_all);
        } else if (was.same_content) {
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
    enum class Last { absent, same, other };

    /// False: not there, or there is something else to change, or nothing.
    template <class BindAll>
    bool see(BindAll bind_all) {
        bind_all(renew(see_));
        return see_.run() > 0;
    }
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
    WriteQuery see_;
    Query compare_;
    WriteQuery touch_;
    WriteQuery keep_;
    WriteQuery replace_;
    Last last_ = Last::absent;
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
