#pragma once

#include <string>
#include <vector>

#include "base/files/folder.hpp"
#include "crypto/certificates/certificate.hpp"
#include "issuers/list_signer.hpp"
#include "issuers/seen_list.hpp"
#include "rekey/home/home.hpp"

namespace rekey::issuers {

/// A file that a list replaces.
struct ListFile {
    store::Issuer issuer;  ///< whose key identifier the list bears; one of the signer's
    std::string name;
    bool pem = false;
};

/// What was written.
struct WrittenList {
    ListNumber number;
    std::size_t entries = 0;
    std::size_t taken = 0;  ///< from the lists that lay there
    Time this_update{};
    Time next_update{};
};

/// Makes the next list of a signer and puts it into files of one folder, all at once as far as this home can see.
///
/// The entries of the file that is there go into the list first; what is no list of the signer is not replaced. The
/// folder is locked from the first look to the end, so that homes with the same key take turns.
class ListWriter {
public:
    /// Throws Code::busy when another process keeps the folder. `folder` outlives it.
    ListWriter(Home& home, Folder& folder, const Stamp& stamp);

    WrittenList write(const ListSigner& signer, const std::vector<ListFile>& files, Period validity, bool published);

private:
    struct Plan;
    std::vector<SeenList> look(const ListSigner& signer, const std::vector<ListFile>& files);
    Plan begin(const ListSigner& signer, const std::vector<SeenList>& seen, Period validity);
    bool finish(const ListSigner& signer, const std::vector<ListFile>& files, const Plan& plan, bool published);

    Home& home_;
    Folder& folder_;
    Stamp stamp_;
    std::unique_ptr<Folder::Lock> lock_;
};

}  // namespace rekey::issuers
