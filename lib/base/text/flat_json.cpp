#include "base/text/flat_json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace rekey {
inline namespace internals {

using OrderedJson = nlohmann::ordered_json;

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A number that nlohmann::json would write as it stands here.
bool is_plain_integer(std::string_view number) {
    constexpr std::size_t fits = 18;
    if (number == "0") return true;
    auto digits = number.substr(number.starts_with('-') ? 1 : 0);
    return !digits.empty() && digits.size() <= fits && digits.front() != '0' &&
           std::all_of(digits.begin(), digits.end(), is_digit);
}

}  // namespace

/// Writes while a parser reads.
class FlatJson::Reader : public nlohmann::json_sax<OrderedJson> {
public:
    explicit Reader(FlatJson& into) : into_(into) {}

    bool has_equal_names() const { return has_equal_names_; }

    bool null() override { return scalar(Kind::null, "null"); }
    bool boolean(bool value) override { return scalar(Kind::boolean, value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return scalar(Kind::number, std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return scalar(Kind::number, std::to_string(value)); }
    bool number_float(number_float_t value, const string_t&) override {
        return scalar(Kind::number, OrderedJson(value).dump());
    }
    bool binary(binary_t&) override { return false; }
    /// As it stands in a text. False: it is none, or too large.
    bool number(std::string_view written) {
        // Nearly all are written in the only way that there is.
        if (is_plain_integer(written)) return scalar(Kind::number, written);
        auto value = OrderedJson::parse(written, nullptr, false);
        return value.is_number() && scalar(Kind::number, value.dump());
    }
    bool word(Kind kind, std::string_view written) { return scalar(kind, written); }
    bool string(string_t& value) override { return text(value); }
    bool text(std::string_view value) {
        auto node = begin_value(Kind::text);
        into_.nodes_[node].text = keep(value);
        append_json_text(into_.written_, value, into_.beyond_ascii_);
        end_value(node);
        return true;
    }
    /// `written`: the same, as it is to be written.
    bool text(std::string_view value, std::string_view written) {
        auto node = begin_value(Kind::text);
        into_.nodes_[node].text = keep(value);
        into_.written_ += written;
        end_value(node);
        return true;
    }
    /// Whether there are objects or arrays that are not at their ends, and what the innermost of them is.
    bool is_open() const { return !open_.empty(); }
    bool is_in_array() const { return is_open() && into_.kind(open_.back()) == Kind::array; }
    bool start_object(std::size_t) override { return open(Kind::object, '{'); }
    bool start_array(std::size_t) override { return open(Kind::array, '['); }
    bool end_object() override { return close('}'); }
    bool end_array() override { return close(']'); }
    bool key(string_t& name) override { return member(name); }
    bool member(std::string_view name) {
        begin_member(name);
        append_json_text(into_.written_, name, into_.beyond_ascii_);
        into_.written_ += ':';
        return true;
    }
    bool member(std::string_view name, std::string_view written) {
        begin_member(name);
        into_.written_ += written;
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

    void begin_member(std::string_view name) {
        if (into_.find(open_.back(), name) != none) has_equal_names_ = true;
        name_ = keep(name);
        separate();
    }

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

/// Reads JSON of characters that stand as they are: printable ASCII without backslashes in texts. It takes no text that
/// is no JSON, and leaves to nlohmann::json whatever else it does not know. Without recursion, as the text may be a
/// stranger's.
class FlatJson::PlainParser {
public:
    PlainParser(std::string_view text, Reader& reader) : left_(text), reader_(reader) {}

    bool parse() {
        if (!value()) return false;
        while (reader_.is_open())
            if (!go_on()) return false;
        skip_blanks();
        return left_.empty();
    }

private:
    void skip_blanks() {
        auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
        while (!left_.empty() && is_blank(left_.front())) left_.remove_prefix(1);
    }

    bool take(char c) {
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }

    /// A value; of an object or an array only the beginning.
    bool value() {
        skip_blanks();
        is_empty_ = false;
        if (take('"')) return string() && reader_.text(string_, quoted());
        if (take('{')) return begun(reader_.start_object(0));
        if (take('[')) return begun(reader_.start_array(0));
        return word("null", Kind::null) || word("true", Kind::boolean) || word("false", Kind::boolean) || number();
    }

    bool begun(bool is_begun) {
        is_empty_ = is_begun;
        return is_begun;
    }

    /// Within an object or an array: the next member or element, or the end.
    bool go_on() {
        skip_blanks();
        bool is_array = reader_.is_in_array();
        if (take(is_array ? ']' : '}')) {
            is_empty_ = false;
            return is_array ? reader_.end_array() : reader_.end_object();
        }
        if (!is_empty_ && !take(',')) return false;
        return is_array ? value() : name() && value();
    }

    bool name() {
        skip_blanks();
        if (!take('"') || !string() || !reader_.member(string_, quoted())) return false;
        skip_blanks();
        return take(':');
    }

    /// After its opening quote.
    bool string() {
        auto size = plain_json_size(left_);
        string_ = left_.substr(0, size);
        left_.remove_prefix(size);
        return take('"');
    }

    /// The string that was read last, as it stands there.
    std::string_view quoted() const { return {string_.data() - 1, string_.size() + 2}; }

    bool word(std::string_view word, Kind kind) {
        if (!left_.starts_with(word)) return false;
        left_.remove_prefix(word.size());
        return reader_.word(kind, word);
    }

    bool number() {
        auto written = left_.substr(0, left_.find_first_not_of("0123456789+-.eE"));
        left_.remove_prefix(written.size());
        return !written.empty() && reader_.number(written);
    }

    std::string_view left_;
    std::string_view string_;  ///< what was read last of them
    bool is_empty_ = false;    ///< the object or array that is open has nothing in it yet
    Reader& reader_;
};

void FlatJson::clear() {
    nodes_.clear();
    texts_.clear();
    written_.clear();
}

bool FlatJson::read(std::string_view text) {
    bool has_equal_names = false;
    auto read_by = [&](const auto& parse) {
        clear();
        Reader reader(*this);
        bool is_json = parse(reader);
        has_equal_names = reader.has_equal_names();
        return is_json;
    };
    // Nearly all texts are plain; nlohmann::json is slower, and has the last word on what is JSON.
    bool is_json = read_by([&](Reader& reader) { return PlainParser(text, reader).parse(); }) ||
                   read_by([&](Reader& reader) { return OrderedJson::sax_parse(text, &reader); });
    if (!is_json) clear();
    if (!is_json || !has_equal_names) return is_json;
    // Rare. The object decides which of them it has; then there is nothing left to decide.
    return read(OrderedJson::parse(text).dump());
}

FlatJson::Node FlatJson::find(Node object, std::string_view name) const {
    if (object == none || !is_object(object)) return none;
    auto last = std::min(end(object), nodes_.size());
    for (Node member = begin(object); member < last; member = after(member))
        if (nodes_[member].name.size == name.size() && this->name(member) == name) return member;
    return none;
}

}  // namespace internals
}  // namespace rekey
