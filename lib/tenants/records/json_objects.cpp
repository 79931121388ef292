#include "tenants/records/json_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.hpp"

namespace rekey::tenants {

namespace {

constexpr std::size_t deepest = 8;

bool is_space(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Follows brackets and strings.
class Nesting {
public:
    void take(int c) {
        if (in_string_) {
            if (escaped_)
                escaped_ = false;
            else if (c == '\\')
                escaped_ = true;
            else if (c == '"')
                in_string_ = false;
            return;
        }
        if (c == '"') in_string_ = true;
        if (c == '{' || c == '[') ++depth_;
        if (c == '}' || c == ']') --depth_;
    }
    int depth() const { return depth_; }
    bool in_string() const { return in_string_; }

private:
    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
};

}  // namespace

bool holds_records(std::string_view member) {
    constexpr std::array<std::string_view, 5> names{"data", "results", "rows", "devices", "computers"};
    return std::find(names.begin(), names.end(), member) != names.end();
}

int JsonObjects::skip_blanks() {
    int c = 0;
    do c = text_.get();
    while (is_space(c) || c == ',');
    return c;
}

/// After its opening quote; as it is written.
std::string JsonObjects::string() {
    std::string content;
    Nesting nesting;
    nesting.take('"');
    for (;;) {
        int c = text_.get();
        if (c < 0) text_.fail("the JSON ends within a string", "is the file whole?");
        nesting.take(c);
        if (!nesting.in_string()) return content;
        if (content.size() < limits::list_record) content += static_cast<char>(c);
    }
}

/// A value that is no record, of which `first` was read. What ends it, where that is no bracket of its own, is left.
void JsonObjects::skip_value(int first) {
    Nesting nesting;
    nesting.take(first);
    while (nesting.depth() > 0 || nesting.in_string()) {
        int c = text_.get();
        if (c < 0) text_.fail("the JSON ends within a value", "is the file whole?");
        nesting.take(c);
    }
}

void JsonObjects::end_of(Kind kind) {
    if (open_.empty() || open_.back() != kind) text_.fail("a bracket too many in the JSON", "is the file whole?");
    open_.pop_back();
}

/// Up to the next member of a document that has records; false at the document's end.
bool JsonObjects::in_document() {
    for (;;) {
        int c = skip_blanks();
        if (c == '}') {
            end_of(Kind::document);
            return false;
        }
        if (c != '"') text_.fail("no JSON", "is the file whole?");
        auto name = string();
        if (skip_blanks() != ':') text_.fail("no JSON", "is the file whole?");
        c = skip_blanks();
        if (holds_records(name) && c == '[') {
            open_.push_back(Kind::array);
            return true;
        }
        if (c == '"' || c == '{' || c == '[') {
            skip_value(c);
            continue;
        }
        // A number or a word: up to the comma; a bracket would end the document.
        while (c >= 0 && c != ',' && c != '}') c = text_.get();
        if (c < 0) text_.fail("the JSON ends within a document", "is the file whole?");
        if (c == '}') {
            end_of(Kind::document);
            return false;
        }
    }
}

/// After its opening bracket. False when it is a document, whose records come next.
bool JsonObjects::take_object(std::string& object) {
    object = '{';
    Nesting nesting;
    nesting.take('{');
    std::string member;  // the last string at the first level, which is a name where a colon follows
    bool colon = false;
    while (nesting.depth() > 0) {
        int c = text_.get();
        if (c < 0) text_.fail("the JSON ends within an object", "is the file whole?");
        bool at_first_level = nesting.depth() == 1 && !nesting.in_string();
        if (at_first_level && colon && c == '[' && holds_records(member)) {
            open_.push_back(Kind::document);
            open_.push_back(Kind::array);
            return false;
        }
        if (at_first_level && c == '"') member.clear();
        nesting.take(c);
        if (nesting.depth() == 1 && nesting.in_string() && c != '"') member += static_cast<char>(c);
        if (at_first_level && !is_space(c)) colon = c == ':';
        object += static_cast<char>(c);
        if (object.size() > limits::list_record)
            text_.fail(fmt::format("a record longer than {} bytes", limits::list_record));
    }
    return true;
}

bool JsonObjects::next(std::string& object) {
    for (;;) {
        if (!open_.empty() && open_.back() == Kind::document && !in_document()) continue;
        int c = skip_blanks();
        if (c < 0) {
            if (!open_.empty()) text_.fail("the JSON ends within an array", "is the file whole?");
            return false;
        }
        if (c == ']') {
            end_of(Kind::array);
        } else if (c == '[') {
            if (open_.size() >= deepest) text_.fail("arrays in arrays, where records are expected");
            open_.push_back(Kind::array);
        } else if (c == '{') {
            if (take_object(object)) return true;
            if (open_.size() >= deepest) text_.fail("documents in documents, where records are expected");
        } else {
            text_.fail("no JSON object", "records are objects: {…}");
        }
    }
}

}  // namespace rekey::tenants
