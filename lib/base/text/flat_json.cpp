#include "base/text/flat_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace rekey {
inline namespace internals {

using OrderedJson = nlohmann::ordered_json;

/// Writes while nlohmann's parser reads, so that what is JSON, and what a number is, is as with its own objects.
class FlatJson::Reader : public nlohmann::json_sax<OrderedJson> {
public:
    explicit Reader(FlatJson& into) : into_(into) {}

    bool has_equal_names() const { return has_equal_names_; }

    bool null() override { return scalar(Kind::null, "null"); }
    bool boolean(bool value) override { return scalar(Kind::boolean, value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return number(fmt::format_int(value)); }
    bool number_unsigned(number_unsigned_t value) override { return number(fmt::format_int(value)); }
    bool number_float(number_float_t value, const string_t&) override {
        return scalar(Kind::number, OrderedJson(value).dump());
    }
    bool binary(binary_t&) override { return false; }
    bool string(string_t& value) override {
        auto node = begin_value(Kind::text);
        into_.nodes_[node].text = keep(value);
        append_json_text(into_.written_, value, into_.beyond_ascii_);
        end_value(node);
        return true;
    }
    bool start_object(std::size_t) override { return open(Kind::object, '{'); }
    bool start_array(std::size_t) override { return open(Kind::array, '['); }
    bool end_object() override { return close('}'); }
    bool end_array() override { return close(']'); }
    bool key(string_t& name) override {
        if (into_.find(open_.back(), name) != none) has_equal_names_ = true;
        name_ = keep(name);
        separate();
        append_json_text(into_.written_, name, into_.beyond_ascii_);
        into_.written_ += ':';
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    Span keep(std::string_view text) {
        Span span{into_.texts_.size(), text.size()};
        into_.texts_ += text;
        return span;
    }

    bool is_in_array() const { return !open_.empty() && into_.kind(open_.back()) == Kind::array; }

    /// Before all members and elements but the first.
    void separate() {
        if (into_.nodes_.size() != open_.back() + 1) into_.written_ += ',';
    }

    Node begin_value(Kind kind) {
        if (is_in_array()) separate();
        Value value;
        value.kind = kind;
        value.name = std::exchange(name_, {});
        value.written.begin = into_.written_.size();
        into_.nodes_.push_back(value);
        return into_.nodes_.size() - 1;
    }

    void end_value(Node node) {
        auto& value = into_.nodes_[node];
        value.written.size = into_.written_.size() - value.written.begin;
        value.next = into_.nodes_.size();
    }

    bool scalar(Kind kind, std::string_view written) {
        auto node = begin_value(kind);
        into_.written_ += written;
        end_value(node);
        return true;
    }

    bool number(const fmt::format_int& digits) { return scalar(Kind::number, {digits.data(), digits.size()}); }

    bool open(Kind kind, char bracket) {
        auto node = begin_value(kind);
        into_.written_ += bracket;
        // Until its end is known, the members that it has so far are found.
        into_.nodes_[node].next = none;
        open_.push_back(node);
        return true;
    }

    bool close(char bracket) {
        into_.written_ += bracket;
        end_value(open_.back());
        open_.pop_back();
        return true;
    }

    FlatJson& into_;
    std::vector<Node> open_;  ///< objects and arrays that are not at their ends yet, each within the one before
    Span name_;               ///< of the member whose value comes next
    bool has_equal_names_ = false;
};

void FlatJson::clear() {
    nodes_.clear();
    texts_.clear();
    written_.clear();
}

bool FlatJson::read(std::string_view text) {
    clear();
    Reader reader(*this);
    if (!OrderedJson::sax_parse(text, &reader)) {
        clear();
        return false;
    }
    if (!reader.has_equal_names()) return true;
    // Rare, and a matter of what an object is: its own parser decides, and nothing is left to decide then.
    return read(OrderedJson::parse(text).dump());
}

FlatJson::Node FlatJson::find(Node object, std::string_view name) const {
    if (object == none || !is_object(object)) return none;
    auto last = std::min(end(object), nodes_.size());
    for (Node member = begin(object); member < last; member = after(member))
        if (this->name(member) == name) return member;
    return none;
}

}  // namespace internals
}  // namespace rekey
