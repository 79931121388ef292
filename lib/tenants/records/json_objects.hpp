#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/lists/text_file.hpp"

namespace rekey::tenants {

/// Whether this member of a document has its records: `data` at the provider, `results` and `rows` elsewhere.
bool holds_records(std::string_view member);

/// Finds the objects that are records in a JSON text of any length, one after the other: those of an array, those in
/// the `data` of a document (or several), or such that follow each other. Memory is that of one object. Looks at
/// brackets and strings only; parsing it shows whether it is an object.
class JsonObjects {
public:
    /// `text` must outlive this.
    explicit JsonObjects(TextFile& text) : text_(text) {}

    /// False at the end. Throws Code::usage for a text that ends within an object, or with a record that is too long.
    bool next(std::string& object);

private:
    enum class Kind { array, document };

    int skip_blanks();
    std::string string();
    void skip_value(int first);
    bool take_object(std::string& object);
    bool in_document();
    void end_of(Kind kind);

    TextFile& text_;
    std::vector<Kind> open_;  ///< what records are in
};

}  // namespace rekey::tenants
