#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rekey/base/base.hpp"

/// The fields of an entry: how they are called in a payload, and what each may be.
namespace rekey::payload {

namespace field {

inline constexpr const char* entries = "ManagedABMCredentials";
inline constexpr const char* id = "id";
inline constexpr const char* name = "name";
inline constexpr const char* scope = "scope";
inline constexpr const char* client_id = "clientId";
inline constexpr const char* key_id = "keyId";
inline constexpr const char* version = "version";  ///< a whole number; 0 when it is missing
inline constexpr const char* encrypted_key = "encryptedPEM";
inline constexpr const char* salt = "pemSalt";
inline constexpr const char* nonce = "pemNonce";
/// Beside the published ones: `scrypt`, or `hkdf-sha256`, which is meant where this is missing.
inline constexpr const char* derivation = "pemKDF";
inline constexpr const char* scrypt_n = "pemScryptN";
inline constexpr const char* scrypt_r = "pemScryptR";
inline constexpr const char* scrypt_p = "pemScryptP";

}  // namespace field

/// Whether a field is a whole number, for formats that have none.
bool is_number(std::string_view field);

inline constexpr std::string_view scrypt_word = "scrypt";
inline constexpr std::string_view hkdf_word = "hkdf-sha256";
inline constexpr std::size_t salt_size = 16;

/// Throws Code::usage unless `text` can be the field: not empty, not too long, UTF-8 without control
/// characters, and IDs without spaces.
void require_text(std::string_view field, std::string_view text);
/// Throws Code::usage for a number below zero.
void require_version(std::int64_t version);

/// `entry 3 ('id')`, for messages; without the id when it is empty.
std::string where(std::size_t position, std::string_view id);

/// Refuses (Code::usage) an id or client ID that came before.
class Uniqueness {
public:
    void add(std::size_t position, const std::string& id, const std::string& client_id);

private:
    using Seen = std::unordered_map<std::string, std::size_t>;
    static void add(Seen& seen, const char* field, const std::string& value, std::size_t position);
    Seen ids_;
    Seen client_ids_;
};

/// Every part after its length (4 bytes, big-endian), so that no two lists of parts give the same bytes.
Bytes framed(std::initializer_list<ByteView> parts);

}  // namespace rekey::payload
