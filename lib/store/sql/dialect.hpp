#pragma once

#include <string>
#include <string_view>

namespace rekey::store {

/// What standard SQL does not say, or no database says alike: pieces of SQL text, to be put into a statement. What is
/// given to it is SQL text as well, mostly the name of a column.
class Dialect {
public:
    virtual ~Dialect() = default;

    /// After the name of a table, with a blank before it: by this index, and no other. Empty where the database chooses
    /// well by itself.
    virtual std::string by_index(std::string_view index) const = 0;
    /// The column that tells every row of a table from the others, and puts them in order.
    virtual std::string_view row_id() const = 0;

    /// The month, as 2026-01, of a time in seconds.
    virtual std::string month_of(std::string_view seconds) const = 0;
    /// Whether two texts are the same but for the case of ASCII letters.
    virtual std::string same_but_case(std::string_view one, std::string_view other) const = 0;
    /// Whether `part` is somewhere in `text`.
    virtual std::string contains(std::string_view text, std::string_view part) const = 0;

    /// Whether a whole text is like `pattern`, in which * matches any characters and ? one.
    virtual std::string matches(std::string_view text, std::string_view pattern) const = 0;

    /// Whether a text is JSON. The others are for texts that are.
    virtual std::string is_json(std::string_view text) const = 0;
    /// The value of a member of an object; NULL where there is none.
    virtual std::string json_member(std::string_view object, std::string_view member) const = 0;
    /// An object without a member.
    virtual std::string json_without(std::string_view object, std::string_view member) const = 0;
    /// Whether a text, in any (ASCII) case, is somewhere in a value at any depth.
    virtual std::string json_mentions(std::string_view json, std::string_view part) const = 0;
};

}  // namespace rekey::store
