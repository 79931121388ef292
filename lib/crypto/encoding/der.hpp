#pragma once

#include <openssl/asn1.h>

#include <cstdint>
#include <initializer_list>

#include "rekey/base/base.hpp"

/// Writes DER (X.690). OpenSSL's own way from a structure to bytes is its encoders, which cost more
/// than the signature; reading is left to OpenSSL's parsers.
namespace rekey::crypto::der {

inline constexpr std::uint8_t boolean_tag = 0x01;
inline constexpr std::uint8_t integer_tag = 0x02;
inline constexpr std::uint8_t bit_string_tag = 0x03;
inline constexpr std::uint8_t octet_string_tag = 0x04;
inline constexpr std::uint8_t null_tag = 0x05;
inline constexpr std::uint8_t utf8_string_tag = 0x0C;
inline constexpr std::uint8_t printable_string_tag = 0x13;
inline constexpr std::uint8_t ia5_string_tag = 0x16;
inline constexpr std::uint8_t utc_time_tag = 0x17;
inline constexpr std::uint8_t generalized_time_tag = 0x18;
inline constexpr std::uint8_t sequence_tag = 0x30;
inline constexpr std::uint8_t set_tag = 0x31;
/// Context-specific, as [0] IMPLICIT; constructed where it wraps other values.
constexpr std::uint8_t context(std::uint8_t number, bool constructed) {
    return static_cast<std::uint8_t>((constructed ? 0xA0 : 0x80) | number);
}

using Parts = std::initializer_list<ByteView>;

/// Tag and length of a value of `length` bytes.
Bytes header(std::uint8_t tag, std::size_t length);
/// A whole value: its content is `parts`, one after the other.
Bytes value(std::uint8_t tag, Parts parts);

inline Bytes sequence(Parts parts) { return value(sequence_tag, parts); }
inline Bytes octet_string(ByteView content) { return value(octet_string_tag, {content}); }
/// A BIT STRING of whole bytes.
Bytes bit_string(ByteView content);
/// The INTEGER with this big-endian magnitude.
Bytes unsigned_integer(ByteView magnitude);
Bytes small_integer(std::uint8_t number);
Bytes oid(const ASN1_OBJECT& object);
/// By OpenSSL's number, `NID_…`.
Bytes oid(int nid);
/// UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5).
Bytes time(Time time);

}  // namespace rekey::crypto::der
