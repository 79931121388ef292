#pragma once

#include "rekey/store/store.hpp"
#include "views/json_values.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// Adds those fields of the list that are shown there, in their order.
template <store::Shown where, class Fields, class Record>
void put_shown(Json& row, const Fields& fields, const Record& record) {
    store::each_field(fields, [&](auto field) {
        if constexpr (field.role == where) row[field.shown_as] = value_of(record.*field.member);
    });
}

}  // namespace rekey::cli
