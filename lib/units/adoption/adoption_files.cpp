#include "units/adoption/adoption_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text/shell_quote.hpp"
#include "rekey/base/base.hpp"
#include "units/folder/combined.hpp"
#include "units/folder/key_rights.hpp"
#include "units/folder/pair_folder.hpp"

namespace rekey::units {

namespace {

/// Throws Error naming the file.
template <class Read>
auto read_from(const AdoptedFile& file, Read read) {
    try {
        return read(file.content());
    } catch (Error& error) {
        throw error.in(printable(file.path()));
    }
}

crypto::PrivateKey key_of(ByteView pem) { return crypto::PrivateKey::from_pem(pem); }

std::vector<std::string> labels_of(ByteView pem) {
    std::vector<std::string> labels;
    for (auto& part : combined::parts_of(pem)) labels.push_back(std::move(part.label));
    return labels;
}

/// Those of a file with a key, for its copy in the slot.
Access rights_of(const AdoptedFile& file, bool keep_mode) {
    if (!combined::has_key(file.content())) return {.mode = 0644, .owner = {}, .group = {}, .acl = {}};
    if (auto found = hindrance(file.held(), file.path())) throw Error(Code::refused, found->what, found->remedy);
    if (auto found = open_to_all(file.held(), file.path(), ""); found && !keep_mode)
        throw Error(Code::refused, found->what,
                    fmt::format("have that kept: give --keep-mode; or take it away first: chmod o= {}",
                                printable(shell_quote(file.path()))));
    return rights_like(file.held(), keep_mode);
}

}  // namespace

AdoptionFiles::AdoptionFiles(const std::string& certificate_file, const std::string& key_file)
    : certificate_(certificate_file), key_(key_file) {
    certificates_ = read_from(certificate_, crypto::X509Certificate::from_pem);
    const auto& leaf = certificates_.front();
    auto require_key = [&](const AdoptedFile& file) {
        if (crypto::match(read_from(file, key_of), leaf)) return;
        throw Error(Code::refused,
                    fmt::format("{} is not the private key of the first certificate in {}", printable(file.path()),
                                printable(certificate_.path())),
                    "the certificate of the key comes first in its file, those of its issuers after it");
    };
    require_key(key_);
    if (combined::has_key(certificate_.content())) require_key(certificate_);
    if (combined::has_certificate(key_.content())) {
        auto beside_key = read_from(key_, crypto::X509Certificate::from_pem);
        if (beside_key.front().der() != leaf.der())
            throw Error(Code::refused, fmt::format("{} and {} begin with different certificates",
                                                   printable(certificate_.path()), printable(key_.path())));
    }
    require_one_form();
    key_pem_ =
        combined::is_combined(key_.content()) ? combined::key_in(key_.content()) : Secret::copy_of(key_.content());
}

void AdoptionFiles::require_one_form() const {
    for (const auto* file : {&certificate_, &key_}) {
        if (!combined::is_combined(file->content())) continue;
        auto strange = combined::strange_label(file->content());
        if (!strange.empty())
            throw Error(
                Code::refused,
                fmt::format("{} has a block '{}', which cannot be kept", printable(file->path()), printable(strange)),
                "a file may have a key, certificates and Diffie-Hellman parameters in one");
    }
    bool both = combined::is_combined(certificate_.content()) && combined::is_combined(key_.content());
    if (both && labels_of(certificate_.content()) != labels_of(key_.content()))
        throw Error(Code::refused,
                    fmt::format("{} and {} hold key and certificates in different order, and a slot keeps one",
                                printable(certificate_.path()), printable(key_.path())),
                    "let the service read one of them, and adopt that alone: give it as --cert and as --key");
}

std::vector<Bytes> AdoptionFiles::chain() const {
    std::vector<Bytes> chain;
    for (const auto& certificate : certificates_) chain.push_back(certificate.der());
    return chain;
}

bool AdoptionFiles::is_combined() const {
    return combined::is_combined(certificate_.content()) || combined::is_combined(key_.content());
}

DirDriver::Pair AdoptionFiles::pair(bool keep_mode) const {
    DirDriver::Pair pair{key_pem_.view(), chain(), rights_of(key_, keep_mode)};
    const auto& file = combined::is_combined(certificate_.content()) ? certificate_ : key_;
    if (!combined::is_combined(file.content())) return pair;
    pair.combined = file.content();
    pair.combined_access = rights_of(file, keep_mode);
    return pair;
}

void AdoptionFiles::prepare(const std::string& current) {
    links_.clear();
    auto add = [&](AdoptedFile& file, const std::string& plain) {
        const auto& name = combined::is_combined(file.content()) ? pair_folder::combined_file : plain;
        auto old = combined::has_key(file.content()) ? Old::secret : Old::open;
        links_.push_back({&file, LinkPlace(file.path(), current + "/" + name), old});
    };
    add(key_, pair_folder::key_file);
    if (certificate_.path() != key_.path()) add(certificate_, pair_folder::chain_file);
    for (auto& link : links_) link.place.prepare();
}

void AdoptionFiles::link() {
    for (auto& link : links_) link.original->become_link(link.place);
}

void AdoptionFiles::forget() {
    for (auto& link : links_) link.place.forget(link.old);
}

std::vector<LinkPlace> links_of(const std::string& certificate_file, const std::string& key_file,
                                const std::string& current) {
    std::vector<LinkPlace> links;
    auto add = [&](const std::string& path, const std::string& plain) {
        LinkPlace combined(path, current + "/" + pair_folder::combined_file);
        LinkPlace single(path, current + "/" + plain);
        // Which of them it is, shows in the link itself; where there is none yet, either will do.
        bool is_combined = combined.is_linked() || combined.is_prepared();
        links.push_back(is_combined ? std::move(combined) : std::move(single));
    };
    add(certificate_file, pair_folder::chain_file);
    if (key_file != certificate_file) add(key_file, pair_folder::key_file);
    return links;
}

}  // namespace rekey::units
