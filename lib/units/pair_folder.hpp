#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/folder.hpp"
#include "crypto/certificate.hpp"
#include "units/driver.hpp"

/// A folder with a private key and its certificates: a generation of a slot, or the pending one. What is damaged, or no
/// ordinary file, is taken for missing, as a repeated renewal replaces it; what is there and cannot be read just now is
/// not: all of these throw then.
namespace rekey::units::pair_folder {

inline const std::string key_file = "key.pem";
inline const std::string certificate_file = "cert.pem";
inline const std::string rest_file = "chain.pem";       ///< the issuers' certificates, up to the root
inline const std::string chain_file = "fullchain.pem";  ///< leaf and rest
inline const std::string trust_file = "trust.pem";      ///< the roots of everybody in the fleet
inline const std::string token_file = "token";          ///< names the request that the key was made for
inline const std::string request_file = "request.der";
inline const std::string combined_file =
    "combined.pem";  ///< key, certificates and parameters, as the service reads them

/// Puts a synced file with `content` and exactly this access there. Takes up the inode of a file
/// that is there and like that (ext4 becomes slow when thousands are freed and made); others go first.
void put(Folder& folder, const std::string& name, ByteView content, const Access& access);

/// The files with certificates. `also_trusted`: roots of another chain that belong behind this one in `chain.pem`.
void put_chain(Folder& pair, const Delivery& delivery, std::span<const Bytes> also_trusted = {});
/// The roots in `trust.pem`; nothing when there is none, or it is damaged.
std::optional<std::vector<Bytes>> trust_of(Folder& pair);
/// Whether a pair has this chain, and these roots where there are any.
bool holds(Folder& pair, const Delivery& delivery);
/// Those of the roots in its `chain.pem` that `delivery` trusts and that are not in its chain.
std::vector<Bytes> roots_to_keep(Folder& pair, const Delivery& delivery);

/// Puts `combined_file` there as one of `before` is: the same kinds of parts in the same order, for the same users, of
/// the key that is there and of `chain`. Nothing happens where `before` has none.
void put_combined(Folder& pair, Folder& before, std::span<const Bytes> chain);

/// Who may use a new key where `key` is in use: the same, but never others, and nobody may run it.
Access access_like(const Entry& key);

/// The leaf; nothing when there is none.
std::optional<crypto::Certificate> leaf_of(Folder& pair);

/// Whether the private key there is the leaf's.
bool has_key_of(Folder& pair, const crypto::Certificate& leaf);

/// Whether the key was destroyed, and the certificates are only leftovers.
bool is_spent(Folder& pair);

/// What `create_key` made for this token, if all of it is there: the request.
std::optional<Bytes> request_for(Folder& pair, const std::string& token);

/// Makes durable what `request_for` found: who wrote it may have been killed before it was.
void sync_request(Folder& pair);

std::string token_of(Folder& pair);

/// Chain and whether the key matches. Throws Error for odd contents.
Holding hold(Folder& pair, const Place& place);

}  // namespace rekey::units::pair_folder
