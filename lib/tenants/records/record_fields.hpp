#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>

#include "rekey/base/base.hpp"
#include "tenants/records/column_names.hpp"

namespace rekey::tenants {

/// Whose words a record is in. It decides what its `id` is, and what may be read in more than one way.
enum class Origin {
    list,      ///< of anybody: its id is its own business, and devices go by their serial numbers
    provider,  ///< an answer of the API, or a copy of one
    ours       ///< exported here: taken back as it was
};

/// A record as it was read.
struct Record {
    std::array<std::string, field_count> fields;
    std::array<int, field_count> ranks{};  ///< of the names that the fields had
    std::bitset<field_count> has;          ///< what the record names, also where it has no value
    std::string attributes = "{}";         ///< a JSON object
    Origin origin = Origin::list;
    std::optional<Error> trouble;  ///< why it is none, where others of the file can be read

    bool names(Field field) const { return has[static_cast<std::size_t>(field)]; }
    int& rank(Field field) { return ranks[static_cast<std::size_t>(field)]; }

    std::string& operator[](Field field) { return fields[static_cast<std::size_t>(field)]; }
    const std::string& operator[](Field field) const { return fields[static_cast<std::size_t>(field)]; }

    void clear();
};

/// Whether it is of the other kind: then the file is another one.
bool is_coverage(const Record& record);
bool is_no_coverage(const Record& record);

/// Throw Code::usage that says what is missing or wrong, without a place. `now`: when it is seen, unless it says so
/// itself.
store::Device to_device(Record&& record, Time now);
store::Coverage to_coverage(Record&& record, Time now);

/// `ACTIVE` and `INACTIVE` in all words seen for them; nothing for others.
std::optional<std::string_view> coverage_status_of(std::string_view word);

}  // namespace rekey::tenants
