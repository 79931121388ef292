#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace rekey::store {

/// What an audit entry says beside its action and subject: named values, in the order in which they are given. Any text
/// can be put in: bytes that are not UTF-8 and control characters become `\xNN`, and what is too long is cut, with a
/// mark that says how much. So no text can keep a change, or its entry, from being written.
class AuditDetail {
public:
    /// One value: text, a number, a truth, a list of texts, or values in turn.
    class Value {
    public:
        Value(std::string_view text);                                      // NOLINT(google-explicit-constructor)
        Value(const char* text) : Value(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
        Value(const std::string& text) : Value(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
        template <std::integral Number>
        Value(Number number) : json_(json_of(number)) {}               // NOLINT(google-explicit-constructor)
        Value(const std::vector<std::string>& texts);                  // NOLINT(google-explicit-constructor)
        Value(const AuditDetail& values) : json_(values.to_json()) {}  // NOLINT(google-explicit-constructor)

    private:
        friend class AuditDetail;
        static std::string json_of(bool truth) { return truth ? "true" : "false"; }
        template <std::integral Number>
        static std::string json_of(Number number) {
            return std::to_string(number);
        }

        std::string json_;
    };

    struct Member {
        std::string_view name;
        Value value;
    };

    /// Says nothing more.
    AuditDetail() = default;
    AuditDetail(std::initializer_list<Member> members);

    /// Adds a value; `name` is new here.
    void set(std::string_view name, const Value& value);
    bool empty() const { return members_.empty(); }
    /// A JSON object.
    std::string to_json() const;

private:
    std::string members_;
    std::size_t uncounted_ = 0;  ///< members beyond what an entry holds
};

}  // namespace rekey::store
