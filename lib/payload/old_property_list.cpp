#include "payload/old_property_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>

#include "base/limits.hpp"
#include "payload/fields.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"

namespace rekey::payload {

namespace {

class OldListReader {
public:
    explicit OldListReader(std::string_view text) : whole_(text), rest_(text) {}

    PayloadValue read() {
        auto value = read_value(1);
        skip_blanks();
        if (!rest_.empty()) refuse();
        return value;
    }

private:
    [[noreturn]] void refuse() const {
        throw Error(Code::usage,
                    fmt::format("no property list in the old form, from byte {} on", whole_.size() - rest_.size()),
                    "export it instead: defaults export DOMAIN FILE, or profiles show -output FILE");
    }

    void skip_blanks() {
        for (;;) {
            auto at = rest_.find_first_not_of(" \t\r\n");
            rest_.remove_prefix(std::min(at, rest_.size()));
            if (rest_.starts_with("//")) {
                rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
            } else if (rest_.starts_with("/*")) {
                auto end = rest_.find("*/");
                if (end == std::string_view::npos) refuse();
                rest_.remove_prefix(end + 2);
            } else {
                return;
            }
        }
    }
    bool take(char c) {
        skip_blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    PayloadValue read_value(std::size_t level) {
        if (level > limits::payload_levels) refuse_depth();
        if (++values_ > limits::payload_values) refuse_count();
        skip_blanks();
        if (take('{')) return read_dictionary(level);
        if (take('(')) return read_list(level);
        if (take('<')) return {read_hex('>')};
        return {read_text()};
    }

    PayloadValue read_dictionary(std::size_t level) {
        if (auto data = read_printed_data()) return {std::move(*data)};
        Dictionary dictionary;
        std::set<std::string> keys;
        while (!take('}')) {
            auto key = read_text();
            if (!keys.insert(key).second) refuse_equal_keys();
            if (keys.size() > limits::payload_keys) refuse_keys();
            if (!take('=')) refuse();
            auto value = read_value(level + 1);
            if (is_number(key)) value = as_number(std::move(value));
            dictionary.emplace_back(std::move(key), std::move(value));
            if (!take(';') && !rest_.starts_with('}')) refuse();
        }
        return {std::move(dictionary)};
    }

    static PayloadValue as_number(PayloadValue value) {
        constexpr std::size_t most_digits = 18;
        const auto* text = std::get_if<std::string>(&value.content);
        bool digits = text != nullptr && !text->empty() && text->size() <= most_digits &&
                      text->find_first_not_of("0123456789") == std::string::npos;
        return digits ? PayloadValue{static_cast<std::int64_t>(std::stoll(*text))} : std::move(value);
    }

    PayloadValue read_list(std::size_t level) {
        List list;
        while (!take(')')) {
            list.push_back(read_value(level + 1));
            if (!take(',') && !rest_.starts_with(')')) refuse();
        }
        return {std::move(list)};
    }

    /// `length = 64, bytes = 0x0102 ... 3f40}`: data, as newer systems print it.
    std::optional<Bytes> read_printed_data() {
        auto before = rest_;
        auto word = [&](std::string_view expected) {
            skip_blanks();
            if (!rest_.starts_with(expected)) return false;
            rest_.remove_prefix(expected.size());
            return true;
        };
        std::size_t length = 0;
        bool is_data = word("length") && take('=');
        if (is_data) {
            skip_blanks();
            auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), length);
            is_data = failure == std::errc{};
            if (is_data) rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        }
        is_data = is_data && take(',') && word("bytes") && take('=');
        if (!is_data) {
            rest_ = before;
            return std::nullopt;
        }
        word("0x");
        auto bytes = read_hex('}');
        if (bytes.size() != length) refuse_cut_data();
        return bytes;
    }

    [[noreturn]] static void refuse_cut_data() {
        throw Error(Code::usage, "printed text, in which only the beginning and the end of data are shown",
                    "export it instead: defaults export DOMAIN FILE, or profiles show -output FILE");
    }

    Bytes read_hex(char end) {
        std::string digits;
        while (!take(end)) {
            if (rest_.empty()) refuse();
            if (rest_.starts_with("...") || rest_.starts_with("\xE2\x80\xA6")) refuse_cut_data();
            digits += rest_.front();
            rest_.remove_prefix(1);
        }
        auto bytes = from_hex(digits);
        if (!bytes) refuse();
        return std::move(*bytes);
    }

    std::string read_text() {
        skip_blanks();
        if (rest_.empty()) refuse();
        char quote = rest_.front();
        if (quote == '"' || quote == '\'') return read_quoted(quote);
        auto end = rest_.find_first_of(" \t\r\n;,=(){}<>\"");
        auto size = std::min(end, rest_.size());
        if (size == 0) refuse();
        std::string text(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return text;
    }

    std::string read_quoted(char quote) {
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.starts_with(quote)) {
            if (rest_.empty()) refuse();
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c != '\\') {
                text += c;
                continue;
            }
            if (rest_.empty()) refuse();
            c = rest_.front();
            rest_.remove_prefix(1);
            if (c == 'U' || c == 'u')
                append_unit(text);
            else
                text += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        rest_.remove_prefix(1);
        return text;
    }

    /// Four hex digits. Halves of pairs do not occur in what credentials are made of, and become U+FFFD.
    void append_unit(std::string& text) {
        unsigned unit = 0;
        auto digits = rest_.substr(0, 4);
        auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
        if (digits.size() != 4 || failure != std::errc{} || end != digits.data() + digits.size()) refuse();
        rest_.remove_prefix(4);
        if (unit >= 0xD800 && unit <= 0xDFFF) unit = 0xFFFD;
        if (unit < 0x80) {
            text += static_cast<char>(unit);
        } else if (unit < 0x800) {
            text += static_cast<char>(0xC0 | unit >> 6U);
            text += static_cast<char>(0x80 | (unit & 0x3FU));
        } else {
            text += static_cast<char>(0xE0 | unit >> 12U);
            text += static_cast<char>(0x80 | (unit >> 6U & 0x3FU));
            text += static_cast<char>(0x80 | (unit & 0x3FU));
        }
    }

    std::string_view whole_;
    std::string_view rest_;
    std::size_t values_ = 0;
};

}  // namespace

PayloadValue read_old_property_list(std::string_view text) { return OldListReader(text).read(); }

}  // namespace rekey::payload
