#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "crypto/keys/assertion.hpp"
#include "crypto/keys/key.hpp"
#include "crypto/sealing/aes_gcm.hpp"
#include "crypto/sealing/password.hpp"
#include "payload/entries.hpp"
#include "payload/fields.hpp"
#include "payload/json.hpp"
#include "payload/property_list.hpp"
#include "payload/refusals.hpp"
#include "rekey/base/base.hpp"
#include "rekey/payload/payload.hpp"

namespace rekey::payload {

namespace {

namespace aes_gcm = crypto::aes_gcm;

constexpr const char* payload_type = "rekey.managed-credentials";
constexpr const char* display_name = "API credentials";

/// Of all entries of a pack: one salt, and the key that follows from it.
struct Protector {
    Bytes salt;
    Secret key;
};

Protector make_protector(const Secret& passphrase) {
    if (passphrase.empty()) throw Error(Code::usage, "an empty passphrase protects nothing", "choose a passphrase");
    Bytes salt = random_bytes(salt_size);
    Secret key = crypto::scrypt(passphrase, salt, crypto::usual_cost, aes_gcm::key_size);
    return {std::move(salt), std::move(key)};
}

void require_fields(const Plain& plain) {
    require_text(field::id, plain.id);
    require_text(field::name, plain.name);
    require_text(field::scope, plain.scope);
    require_text(field::client_id, plain.client_id);
    require_text(field::key_id, plain.key_id);
    require_version(plain.version);
}

crypto::PrivateKey read_key(const Plain& plain) {
    auto key = crypto::PrivateKey::from_pem(plain.key.view());
    crypto::require_p256(key);
    return key;
}

/// Of entries that can all be packed.
std::vector<crypto::PrivateKey> read_keys(const std::vector<Plain>& entries) {
    Uniqueness uniqueness;
    std::vector<crypto::PrivateKey> keys;
    for (const Plain& plain : entries) {
        std::size_t position = keys.size() + 1;
        try {
            require_fields(plain);
            uniqueness.add(position, plain.id, plain.client_id);
            keys.push_back(read_key(plain));
        } catch (Error& e) {
            e.in(where(position, plain.id));
            throw;
        }
    }
    return keys;
}

PayloadValue pack_entry(const Plain& plain, const crypto::PrivateKey& key, const Protector& protector) {
    Bytes nonce = random_bytes(aes_gcm::nonce_size);
    Bytes bound = bound_to(plain.id, plain.client_id, plain.key_id, plain.version);
    // Written anew, so that nothing else of the file goes along.
    Secret pem = key.to_pem();
    Bytes encrypted = aes_gcm::encrypt(protector.key.view(), nonce, {bound}, pem.view());
    auto number = [](std::uint64_t value) { return PayloadValue{static_cast<std::int64_t>(value)}; };
    return {Dictionary{{field::id, {plain.id}},
                       {field::name, {plain.name}},
                       {field::scope, {plain.scope}},
                       {field::client_id, {plain.client_id}},
                       {field::key_id, {plain.key_id}},
                       {field::version, {plain.version}},
                       {field::encrypted_key, {std::move(encrypted)}},
                       {field::salt, {protector.salt}},
                       {field::nonce, {std::move(nonce)}},
                       {field::derivation, {std::string(scrypt_word)}},
                       {field::scrypt_n, number(crypto::usual_cost.n)},
                       {field::scrypt_r, number(crypto::usual_cost.r)},
                       {field::scrypt_p, number(crypto::usual_cost.p)}}};
}

/// The same for the same credentials, although salt and nonces differ each time, so that device
/// management sees one profile and not a new one. UUID version 8 (RFC 9562, 5.8).
std::string uuid_of(std::string_view purpose, ByteView identity) {
    Sha256 digest = sha256(framed({view_of("rekey-payload-uuid-1"), view_of(purpose), identity}));
    digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0F) | 0x80);
    digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3F) | 0x80);
    std::string hex = to_hex(ByteView(digest).first(16));
    return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                       hex.substr(20));
}

/// What an entry is, whatever its encryption.
Bytes identity_of(const Plain& plain, const crypto::PrivateKey& key) {
    return framed({view_of(plain.id), view_of(plain.name), view_of(plain.scope), view_of(plain.client_id),
                   view_of(plain.key_id), view_of(std::to_string(plain.version)), crypto::key_fingerprint(key)});
}

/// A configuration profile as Apple's "Configuration Profile Reference" has it.
PayloadValue profile_of(PayloadValue entries, ByteView identity) {
    auto payload = [&](std::string type, std::string identifier, std::string_view purpose) {
        return Dictionary{{"PayloadType", {std::move(type)}},
                          {"PayloadVersion", {std::int64_t{1}}},
                          {"PayloadIdentifier", {std::move(identifier)}},
                          {"PayloadUUID", {uuid_of(purpose, identity)}},
                          {"PayloadDisplayName", {std::string(display_name)}}};
    };
    Dictionary inner = payload(payload_type, fmt::format("{}.entries", payload_type), "entries");
    inner.emplace_back(field::entries, std::move(entries));
    Dictionary profile = payload("Configuration", payload_type, "profile");
    profile.emplace_back("PayloadScope", PayloadValue{std::string("System")});
    profile.emplace_back("PayloadContent", PayloadValue{List{{std::move(inner)}}});
    return {std::move(profile)};
}

std::string write(PayloadValue entries, ByteView identity, Format format) {
    if (format == Format::mobileconfig) return write_xml(profile_of(std::move(entries), identity));
    PayloadValue root{Dictionary{{field::entries, std::move(entries)}}};
    return format == Format::json ? write_json(root) : write_xml(root);
}

void require_count(std::size_t count) {
    if (count == 0) throw Error(Code::usage, "no credentials to pack", "give at least one");
    if (count > limits::payload_entries)
        throw Error(Code::usage,
                    fmt::format("{} credentials, and at most {} go into one payload", count, limits::payload_entries),
                    "make several payloads");
}

}  // namespace

std::string pack(const std::vector<Plain>& entries, const Secret& passphrase, Format format) {
    require_count(entries.size());
    // All are judged before the derivation, which takes longer than the rest.
    std::vector<crypto::PrivateKey> keys = read_keys(entries);
    Protector protector = make_protector(passphrase);
    List packed;
    Bytes identity;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Bytes one = identity_of(entries[i], keys[i]);
        identity.insert(identity.end(), one.begin(), one.end());
        packed.push_back(pack_entry(entries[i], keys[i], protector));
    }
    std::string content = write({std::move(packed)}, identity, format);
    if (content.size() > limits::payload)
        throw Error(Code::usage, fmt::format("the payload would be larger than {} MiB", limits::payload >> 20),
                    "make several payloads");
    return content;
}

}  // namespace rekey::payload
