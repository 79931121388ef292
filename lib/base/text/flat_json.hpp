#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json_text.hpp"

namespace rekey {

/// A JSON text that was read: its values one after the other, in one array, with their texts in one string, and each as
/// nlohmann::ordered_json would write it. For many small texts: a tree of such objects takes several times as long to
/// make, and this one keeps its memory from text to text.
///
///     FlatJson json(BeyondAscii::raw);
///     if (json.read(line) && json.is_object(json.root))
///         for (auto member = json.begin(json.root); member != json.end(json.root); member = json.after(member))
///             use(json.name(member), json.written(member));
class FlatJson {
public:
    enum class Kind : std::uint8_t { null, boolean, number, text, array, object };
    /// A value, by its place. Views of texts and written forms are valid until the next `read`.
    using Node = std::size_t;

    static constexpr Node root = 0;
    /// What `find` answers where there is none.
    static constexpr Node none = static_cast<Node>(-1);

    explicit FlatJson(BeyondAscii beyond_ascii) : beyond_ascii_(beyond_ascii) {}

    /// False: it is not JSON, and there are no nodes. Takes what nlohmann::json takes, and reads it as that does: of
    /// several members with one name, the last one counts, in the place of the first.
    bool read(std::string_view text);
    /// Whether an object in the text had two members with one name, of which other programs may take the other one.
    bool had_equal_names() const { return had_equal_names_; }

    Kind kind(Node node) const { return nodes_[node].kind; }
    bool is_object(Node node) const { return kind(node) == Kind::object; }
    /// Of a member of an object.
    std::string_view name(Node node) const { return view(texts_, nodes_[node].name); }
    /// What a text says; empty for others.
    std::string_view text(Node node) const { return view(texts_, nodes_[node].text); }
    /// The value in one line.
    std::string_view written(Node node) const { return view(written_, nodes_[node].written); }

    /// The members or elements of a node, and the one that follows.
    Node begin(Node node) const { return node + 1; }
    Node end(Node node) const { return nodes_[node].next; }
    Node after(Node node) const { return nodes_[node].next; }
    /// The member with this name; `none` when there is none, or `object` is `none` or no object.
    Node find(Node object, std::string_view name) const;

private:
    struct Span {
        std::size_t begin = 0;
        std::size_t size = 0;
    };
    struct Value {
        Kind kind = Kind::null;
        Span name;
        Span text;
        Span written;
        Node next = 0;  ///< the first one that is not within it
    };
    class Reader;
    class PlainReader;

    static std::string_view view(const std::string& of, Span span) {
        return std::string_view(of).substr(span.begin, span.size);
    }
    void clear();

    BeyondAscii beyond_ascii_;
    std::vector<Value> nodes_;
    std::string texts_;
    std::string written_;
    bool had_equal_names_ = false;
};

}  // namespace rekey
