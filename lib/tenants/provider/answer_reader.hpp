#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tenants/records/record_fields.hpp"

namespace rekey::tenants {

/// What a provider's answer says beside its records.
struct Paging {
    std::string link;    ///< `links.next`
    std::string cursor;  ///< `meta.paging.nextCursor`
};

/// Reads a document `{"data": [record…] or record, "links": …, "meta": …}` in one pass, without a tree of it:
/// memory is that of one record, and of what `take` keeps. The attributes are kept as they are, unknown
/// ones too. Nothing when it is no such document, no UTF-8, or nested deeper than anything sensible;
/// records may have been taken by then.
std::optional<Paging> read_answer(const std::string& body, const std::function<void(Record&&)>& take);

}  // namespace rekey::tenants
