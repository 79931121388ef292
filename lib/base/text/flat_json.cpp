#include "base/text/flat_json.hpp"

#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>
#include <utility>

namespace rekey {

using OrderedJson = nlohmann::ordered_json;

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
    /// As it stands in a text. False: it is too large.
    bool number(std::string_view written) {
        // Nearly all are written in the only way that there is.
        constexpr std::size_t fits = 18;
        if (written.size() <= fits && written.find_first_of(".eE") == std::string_view::npos && written != "-0")
            return scalar(Kind::number, written);
        auto value = OrderedJson::parse(written, nullptr, false);
        return !value.is_discarded() && scalar(Kind::number, value.dump());
    }
    bool string(string_t& value) override { return text(value); }
    bool text(std::string_view value) {
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
    bool key(string_t& name) override { return member(name); }
    bool member(std::string_view name) {
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

/// Hands on what RapidJSON reads.
class FlatJson::PlainReader {
public:
    using Size = rapidjson::SizeType;

    explicit PlainReader(Reader& reader) : reader_(reader) {}

    bool Null() { return reader_.null(); }
    bool Bool(bool value) { return reader_.boolean(value); }
    bool RawNumber(const char* written, Size size, bool) { return reader_.number({written, size}); }
    bool String(const char* text, Size size, bool) { return reader_.text({text, size}); }
    bool StartObject() { return reader_.start_object(0); }
    bool Key(const char* name, Size size, bool) { return reader_.member({name, size}); }
    bool EndObject(Size) { return reader_.end_object(); }
    bool StartArray() { return reader_.start_array(0); }
    bool EndArray(Size) { return reader_.end_array(); }
    // All numbers come as they are written.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(std::int64_t) { return false; }
    bool Uint64(std::uint64_t) { return false; }
    bool Double(double) { return false; }

private:
    Reader& reader_;
};

namespace {

/// Of ASCII characters, none of them escaped: of these, RapidJSON and nlohmann::json take the same for JSON.
bool is_plain_json(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= ' ' && c <= '~' && c != '\\') || c == '\n' || c == '\r' || c == '\t';
    });
}

/// RapidJSON does not look whether it got the memory.
class ThrowingAllocator {
public:
    static constexpr bool kNeedFree = true;

    void* Malloc(std::size_t size) { return size == 0 ? nullptr : given(std::malloc(size)); }
    void* Realloc(void* memory, std::size_t, std::size_t size) {
        if (size != 0) return given(std::realloc(memory, size));
        std::free(memory);
        return nullptr;
    }
    static void Free(void* memory) { std::free(memory); }

private:
    static void* given(void* memory) {
        if (memory == nullptr) throw std::bad_alloc();
        return memory;
    }
};

template <class Handler>
bool parse_plain(std::string_view text, Handler handler) {
    // Without recursion, as the text may be hostile.
    constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    using Parser = rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, ThrowingAllocator>;
    Parser parser;
    return !parser.Parse<flags>(stream, handler).IsError();
}

}  // namespace

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
    // RapidJSON takes a fifth of the time; nlohmann::json has the last word on what is JSON.
    bool is_json =
        (is_plain_json(text) && read_by([&](Reader& reader) { return parse_plain(text, PlainReader(reader)); })) ||
        read_by([&](Reader& reader) { return OrderedJson::sax_parse(text, &reader); });
    if (!is_json) clear();
    had_equal_names_ = has_equal_names;
    if (!is_json || !has_equal_names) return is_json;
    // Rare. The object decides which of them it has; then there is nothing left to decide.
    read(OrderedJson::parse(text).dump());
    had_equal_names_ = true;
    return true;
}

FlatJson::Node FlatJson::find(Node object, std::string_view name) const {
    if (object == none || !is_object(object)) return none;
    auto last = std::min(end(object), nodes_.size());
    for (Node member = begin(object); member < last; member = after(member))
        if (nodes_[member].name.size == name.size() && this->name(member) == name) return member;
    return none;
}

}  // namespace rekey
