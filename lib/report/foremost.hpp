#pragma once

#include <algorithm>

#include "rekey/report/report.hpp"

namespace rekey::report {

/// Keeps the first rows, by `Before`, of however many it is given.
template <class Row, class Before>
class Foremost {
public:
    explicit Foremost(Before before) : before_(before) {}

    void add(Row row) {
        ++list_.total;
        auto& rows = list_.rows;
        if (rows.size() == most_rows && !before_(row, rows.back())) return;
        // Behind its equals: those stay in the order in which they came.
        rows.insert(std::upper_bound(rows.begin(), rows.end(), row, before_), std::move(row));
        if (rows.size() > most_rows) rows.pop_back();
    }

    List<Row> list() && { return std::move(list_); }

private:
    Before before_;
    List<Row> list_;
};

}  // namespace rekey::report
