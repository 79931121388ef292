#pragma once

#include <string>
#include <vector>

#include "crypto/certificates/certificate.hpp"
#include "units/adoption/adopted_file.hpp"
#include "units/folder/dir_driver.hpp"

namespace rekey::units {

/// The files of an adoption, and what they become.
class AdoptionFiles {
public:
    /// Throws Code::usage (no certificate, no key), Code::refused (no pair, or what cannot be kept in the same form).
    AdoptionFiles(const std::string& certificate_file, const std::string& key_file);

    const AdoptedFile& certificate_file() const { return certificate_; }
    const AdoptedFile& key_file() const { return key_; }
    const std::vector<crypto::X509Certificate>& certificates() const { return certificates_; }
    std::vector<Bytes> chain() const;
    bool is_combined() const;
    /// As the driver takes it, with the rights that the files have; views into this. Throws Code::refused for rights
    /// that cannot be given to a copy, and, without `keep_mode`, for a key that all users may use.
    DirDriver::Pair pair(bool keep_mode) const;

    /// `current`: path of the slot's link.
    void prepare(const std::string& current);
    void link();
    void forget();

private:
    struct Link {
        AdoptedFile* original;
        LinkPlace place;
        Old old;
    };
    bool one_file() const { return certificate_.place() == key_.place(); }
    void require_one_form() const;

    AdoptedFile certificate_;
    AdoptedFile key_;
    std::vector<crypto::X509Certificate> certificates_;
    Secret key_pem_;
    std::vector<Link> links_;
};

/// The links of an adoption whose files may not be there to be read.
std::vector<LinkPlace> links_of(const std::string& certificate_file, const std::string& key_file,
                                const std::string& current);

}  // namespace rekey::units
