#pragma once

#include <map>
#include <string>
#include <vector>

#include "rekey/tenants/records.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

/// For CSV with a column for each attribute that any of some records has.
class AttributeColumns {
public:
    explicit AttributeColumns(tenants::RecordKind kind) : kind_(kind) {}

    /// `shared`: fields of the record that its attributes have too, under the same names; where they are equal, one
    /// column serves both.
    void add(const Json& attributes, const Json& shared);

    std::vector<std::string> names() const;
    /// The record's cells of these columns.
    void put(Row& row, const Json& attributes) const;

private:
    tenants::RecordKind kind_;
    std::map<std::string, std::string> columns_;  ///< by attribute
};

}  // namespace rekey::cli
