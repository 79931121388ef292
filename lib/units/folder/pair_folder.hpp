#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/files/folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "units/driver/driver.hpp"

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
    "combined.pem";                               ///< key, certificates and parameters, as the service reads them
inline const std::string proven_file = "proven";  ///< it was in use, and found to be right

/// Every name that rekey writes into a pair's folder. The key goes first and the token last when it is removed.
inline const std::array<std::string, 10> names_written = {key_file,     combined_file, certificate_file, rest_file,
                                                          chain_file,   trust_file,    request_file,     proven_file,
                                                          ".token.new", token_file};
/// In place of a request's token, for a pair that was made elsewhere; no request has one that is no name.
inline const std::string adopted_token = "(adopted)";

/// Whether rekey made this folder: it has a token as we write it, and nothing that we do not write. Whatever else is
/// there is not ours to remove.
bool is_ours(Folder& pair);

/// Removes what rekey writes into a pair's folder, the key first and destroyed, the token last.
void remove_files(Folder& pair);

/// Puts a synced file with `content` and exactly this access there. Takes up the inode of a file
/// that is there and like that (ext4 becomes slow when thousands are freed and made); others go first.
void put(Folder& folder, const std::string& name, ByteView content, const Access& access);

/// A file of its own for a key, never one that was there: who had that open would read the new key.
void put_key(Folder& pair, ByteView pem, const Access& access, const std::string& name = key_file);

/// The files with certificates. `also_trusted`: roots of another chain that belong behind this one in `chain.pem`.
void put_chain(Folder& pair, const Delivery& delivery, std::span<const Bytes> also_trusted = {});
/// The roots in `trust.pem`; nothing when there is none, or it is damaged.
std::optional<std::vector<Bytes>> trust_of(Folder& pair);
/// Whether a pair has this chain, and these roots where there are any.
bool holds(Folder& pair, const Delivery& delivery);
/// What is in `chain.pem`, PEM; nothing when there is none.
std::optional<Bytes> rest_of(Folder& pair);
/// Those of the roots in `rest`, the `chain.pem` of the pair before, that `delivery` trusts and that are not in its
/// chain.
std::vector<Bytes> roots_to_keep(const std::optional<Bytes>& rest, const Delivery& delivery);

/// The one file in which services read key and certificates, with its rights; nothing unless there is one with a key.
std::optional<HeldFile> held_combined(Folder& pair);
/// Puts `combined_file` there as one of `before` is: the same kinds of parts in the same order, for the same users, of
/// the key that is there and of `chain`. Nothing happens where `before` has none.
void put_combined(Folder& pair, Folder& before, std::span<const Bytes> chain);

/// Copies a pair into another folder, each file with its rights; synced.
void copy_files(Folder& pair, Folder& to);

/// What the three files with certificates agree on.
struct AgreedChain {
    std::vector<crypto::X509Certificate> certificates;  ///< leaf first; at least that
    std::optional<Bytes> rest;                          ///< what `chain.pem` has; nothing when there is none
};
/// Throws Error where they are missing, damaged, or contradict each other: `damage_of` tells.
AgreedChain chain_of(Folder& pair);

/// The leaf; nothing when there is none.
std::optional<crypto::X509Certificate> leaf_of(Folder& pair);

/// The private key with its rights, read from one open file; nothing unless it is the leaf's.
std::optional<HeldFile> held_key(Folder& pair, const crypto::X509Certificate& leaf);

/// Whether the private key there is the leaf's.
bool has_key_of(Folder& pair, const crypto::X509Certificate& leaf);

/// Whether the key was destroyed, and the certificates are only leftovers.
bool is_spent(Folder& pair);

/// What `create_key` made for this token, if all of it is there: the request.
std::optional<Bytes> request_for(Folder& pair, const std::string& token);

/// Makes durable what `request_for` found: who wrote it may have been killed before it was.
void sync_request(Folder& pair);

std::string token_of(Folder& pair);

/// Chain and whether the key matches. Throws Error for odd contents: `damage_of` tells.
Holding hold(Folder& pair, const SlotPath& place);

/// Whether it was thrown for what the files of a pair say; none where one of them could not be read.
Damage damage_of(const Error& error);

}  // namespace rekey::units::pair_folder
