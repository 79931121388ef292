#pragma once

#include <cstddef>

/// What is kept of things that a unit shows and nobody here made. A unit may be hostile, and what it shows is kept in
/// the store and printed in tables.
namespace rekey::units {

/// Places that nobody declared, of one unit. A unit has a handful of slots; who needs more declares them.
inline constexpr std::size_t most_found_places = 32;
/// Bytes of a certificate. Of RSA with 8192 bits it has 3 KB, of ML-DSA-87 8 KB.
inline constexpr std::size_t largest_held_leaf = 16 << 10;
/// Bytes of all certificates above it.
inline constexpr std::size_t largest_held_chain = 32 << 10;
/// Characters of a subject or of an issuer's name in a list; RFC 5280 gives each part 64 at most.
inline constexpr std::size_t longest_held_name = 512;
/// Names for which a foreign certificate is.
inline constexpr std::size_t most_held_sans = 100;

}  // namespace rekey::units
