#include "base/text/utf16.hpp"

namespace rekey {

namespace {

constexpr std::uint32_t replacement = 0xFFFD;
constexpr std::size_t mark_size = 2;

void append(std::uint32_t code, std::string& out) {
    auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | code >> 6U);
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | code >> 12U);
        put(0x80 | (code >> 6U & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | code >> 18U);
        put(0x80 | (code >> 12U & 0x3F));
        put(0x80 | (code >> 6U & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

}  // namespace

std::optional<Utf16Decoder::Order> Utf16Decoder::order_of(std::string_view start) {
    if (start.starts_with("\xFE\xFF")) return Order::big;
    if (start.starts_with("\xFF\xFE")) return Order::little;
    return std::nullopt;
}

void Utf16Decoder::decode(std::string_view piece, std::string& out) {
    for (char c : piece) {
        auto byte = static_cast<unsigned char>(c);
        if (!half_) {
            half_ = byte;
            continue;
        }
        std::uint32_t first = *half_;
        half_.reset();
        take(order_ == Order::big ? first << 8U | byte : std::uint32_t{byte} << 8U | first, out);
    }
}

void Utf16Decoder::take(std::uint32_t unit, std::string& out) {
    bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (high_ != 0 && is_low) {
        append(0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00), out);
        high_ = 0;
        return;
    }
    if (high_ != 0) append(replacement, out);
    high_ = is_high ? unit : 0;
    if (!is_high) append(is_low ? replacement : unit, out);
}

std::optional<std::string> utf8_of_utf16(std::string_view text) {
    auto order = Utf16Decoder::order_of(text);
    if (!order) return std::nullopt;
    Utf16Decoder decoder(*order);
    std::string out;
    out.reserve(text.size());
    decoder.decode(text.substr(mark_size), out);
    if (decoder.unfinished()) return std::nullopt;
    return out;
}

}  // namespace rekey
