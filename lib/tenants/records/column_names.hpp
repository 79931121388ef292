#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rekey/tenants/records.hpp"

namespace rekey::tenants {

/// What a column of a list, or a member of a record, is to us; all but `id`, `attributes` and `ours` are
/// attributes too.
enum class Field {
    id,
    device,
    serial,
    model,
    family,
    status,
    description,
    starts,
    ends,
    agreement,
    released,
    attributes,  ///< a JSON object with the attributes, as this program exports it
    inactive,    ///< the rest is what this program adds to an export
    first_seen,
    last_seen,
    ours,
    other
};
constexpr std::size_t field_count = static_cast<std::size_t>(Field::other) + 1;

/// What a name of a column means.
struct Meaning {
    Field field = Field::other;
    std::string attribute;  ///< what the provider's API calls it; empty: it is kept under its own name
    int rank = 0;           ///< of two columns with one field, the one with the lower rank is it
};

/// Knows columns by the names that the provider's API, its portal, device management and asset lists give them:
/// without regard to case, blanks and punctuation. One for each list, as it remembers names that it was asked for.
class ColumnNames {
public:
    /// `map`: a file with names of one's own (`read_column_map`); none when empty. Throws Code::usage.
    explicit ColumnNames(RecordKind kind, const std::string& map = {});

    const Meaning& meaning(std::string_view name);
    /// As the API and our own exports call it, and nothing else.
    Field exact(std::string_view name) const;

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Meanings = std::unordered_map<std::string, Meaning, Hash, std::equal_to<>>;

    Meanings plain_;  ///< by plain names
    Meanings known_;  ///< by names as they were asked for
    std::unordered_map<std::string, Field, Hash, std::equal_to<>> exact_;
};

}  // namespace rekey::tenants
