#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files/folder.hpp"
#include "crypto/certificates/revocation_list.hpp"
#include "issuers/list_signer.hpp"
#include "rekey/home/home.hpp"

namespace rekey::issuers {

/// A list of revoked certificates that was found somewhere, and that the signer made: here, or another program or
/// home with the same key.
struct SeenList {
    std::string path;
    ListNumber number;
    std::optional<Time> next_update;
    std::vector<crypto::RevokedCertificate> revoked;
};

/// Throws Code::refused, with `remedy`, for what is no list, and for one of another signer.
SeenList read_seen_list(ByteView content, const std::string& path, const ListSigner& signer,
                        const std::string& remedy = "find out what put it there, and move it away");
/// Of a file in `folder`, for people.
std::string path_in(const Folder& folder, const std::string& name);
/// Nothing when there is no such file, or an empty one. Reads up to 64 MiB, which is about a million entries.
std::optional<Bytes> read_list_file(Folder& folder, const std::string& name);

/// Entries that the store does not know.
std::size_t count_news(store::Reader& store, const ListSigner& signer, const SeenList& seen);

/// What it says is revoked from now on, and later lists have larger numbers; audited when that changes anything. An
/// entry whose certificate is not in the store is kept, and goes into every later list. Returns how many entries were
/// news.
std::size_t take_over(store::Transaction& transaction, const ListSigner& signer, const SeenList& seen,
                      const Stamp& stamp);

}  // namespace rekey::issuers
