#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/name.hpp"
#include "rekey/base/base.hpp"
#include "rekey/policy/policy.hpp"

namespace rekey::policy {

namespace {

/// Reads RFC 4514 text from left to right.
class SubjectText {
public:
    explicit SubjectText(std::string_view text) : text_(text), rest_(text) {}

    std::vector<std::pair<std::string, std::string>> attributes() {
        std::vector<std::pair<std::string, std::string>> found;
        skip_spaces();
        if (rest_.empty()) return found;
        while (true) {
            auto key = take_key();
            found.emplace_back(std::move(key), take_value());
            if (rest_.empty()) break;
            rest_.remove_prefix(1);  // the comma that ended the value
        }
        // The text names the last attribute first (RFC 4514, section 2.1).
        std::reverse(found.begin(), found.end());
        return found;
    }

private:
    [[noreturn]] void fail(const std::string& what, std::string hint = {}) const {
        throw Error(Code::usage, fmt::format("subject '{}': {}", printable(text_), what), std::move(hint));
    }

    void skip_spaces() {
        while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    }

    std::string take_key() {
        skip_spaces();
        auto end = rest_.find_first_of("=,");
        if (end == std::string_view::npos || rest_[end] != '=')
            fail(fmt::format("'{}' is not an attribute", printable(rest_.substr(0, end))),
                 "write KEY=VALUE, as CN=unit-1,O=Example; a comma inside a value is '\\,'");
        auto name = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        try {
            return crypto::attribute_key(name);
        } catch (const Error& error) {
            fail(fmt::format("attribute '{}' is not known", printable(name)), error.hint());
        }
    }

    /// Up to the next comma or the end; spaces around it do not count, escaped ones do.
    std::string take_value() {
        skip_spaces();
        if (!rest_.empty() && rest_.front() == '#') fail("values in hex ('#…') are not supported");
        std::string value;
        std::size_t kept = 0;
        while (!rest_.empty() && rest_.front() != ',') {
            char c = rest_.front();
            if (c == '\\') {
                value += take_escape();
                kept = value.size();
                continue;
            }
            if (c == '+') fail("attributes joined by '+' are not supported", "a plus inside a value is '\\+'");
            if (c == '\0') fail("has a NUL byte in it");
            if (std::string_view("\";<>").find(c) != std::string_view::npos)
                fail(fmt::format("'{}' must be escaped", printable({&c, 1})), fmt::format("write '\\{}'", c));
            value += c;
            rest_.remove_prefix(1);
            if (c != ' ') kept = value.size();
        }
        value.resize(kept);
        return value;
    }

    char take_escape() {
        rest_.remove_prefix(1);
        if (rest_.size() >= 2) {
            if (auto byte = from_hex(rest_.substr(0, 2))) {
                rest_.remove_prefix(2);
                return static_cast<char>(byte->front());
            }
        }
        if (rest_.empty() || std::string_view("\"+,;<>=\\ #").find(rest_.front()) == std::string_view::npos)
            fail("a backslash comes before a character that needs none", "a backslash inside a value is '\\\\'");
        char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    std::string_view text_;
    std::string_view rest_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_subject(const std::string& text) {
    return SubjectText(text).attributes();
}

}  // namespace rekey::policy
