#include "crypto/encoding/der.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>

#include "rekey/base/base.hpp"

namespace rekey::crypto::der {

Bytes header(std::uint8_t tag, std::size_t length) {
    if (length < 0x80) return {tag, static_cast<std::uint8_t>(length)};
    Bytes big_endian;
    for (int shift = 24; shift >= 0; shift -= 8) {
        auto byte = static_cast<std::uint8_t>(length >> shift);
        if (byte != 0 || !big_endian.empty()) big_endian.push_back(byte);
    }
    Bytes result{tag, static_cast<std::uint8_t>(0x80 | big_endian.size())};
    result.insert(result.end(), big_endian.begin(), big_endian.end());
    return result;
}

Bytes value(std::uint8_t tag, Parts parts) {
    std::size_t length = 0;
    for (auto part : parts) length += part.size();
    Bytes result = header(tag, length);
    result.reserve(result.size() + length);
    for (auto part : parts) result.insert(result.end(), part.begin(), part.end());
    return result;
}

Bytes bit_string(ByteView content) {
    constexpr std::uint8_t no_unused_bits[] = {0};
    return value(bit_string_tag, {no_unused_bits, content});
}

Bytes unsigned_integer(ByteView magnitude) {
    while (magnitude.size() > 1 && magnitude.front() == 0) magnitude = magnitude.subspan(1);
    constexpr std::uint8_t positive[] = {0};
    bool looks_negative = magnitude.empty() || (magnitude.front() & 0x80) != 0;
    return value(integer_tag, {looks_negative ? ByteView(positive) : ByteView(), magnitude});
}

Bytes small_integer(std::uint8_t number) { return unsigned_integer(ByteView(&number, 1)); }

Bytes oid(const ASN1_OBJECT& object) {
    return value(V_ASN1_OBJECT, {ByteView(OBJ_get0_data(&object), OBJ_length(&object))});
}

Bytes oid(int nid) { return oid(*OBJ_nid2obj(nid)); }

Bytes time(Time time) {
    using namespace std::chrono;
    auto day = floor<days>(time);
    year_month_day date{day};
    hh_mm_ss clock{time - day};
    int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) throw Error(Code::usage, fmt::format("no certificate can hold the year {}", year));
    bool short_year = year >= 1950 && year < 2050;
    auto text = fmt::format("{:0{}}{:02}{:02}{:02}{:02}{:02}Z", short_year ? year % 100 : year, short_year ? 2 : 4,
                            static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                            clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    return value(short_year ? utc_time_tag : generalized_time_tag, {view_of(text)});
}

}  // namespace rekey::crypto::der
