#pragma once

#include "rekey/store/store.hpp"
#include "views/row.hpp"

namespace rekey::cli {

/// Adds those fields of the list that are shown there, in their order, to a row or an object.
template <store::Shown where, class Target, class Fields, class Record>
void put_shown(Target& target, const Fields& fields, const Record& record) {
    store::each_field(fields, [&](auto field) {
        if constexpr (field.role == where) put(target, field.shown_as, record.*field.member);
    });
}

}  // namespace rekey::cli
