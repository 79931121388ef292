#include "crypto/certificates/signed_content.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>

#include <algorithm>
#include <array>

#include "crypto/encoding/errors.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

using Cms = Handle<CMS_ContentInfo, CMS_ContentInfo_free>;
using Bio = Handle<BIO, BIO_free_all>;

void free_certificates(STACK_OF(X509) * stack) { sk_X509_free(stack); }
using Signers = Handle<STACK_OF(X509), free_certificates>;

constexpr const char* take_again = "take the payload from its source again";

Bytes content_of(BIO* memory) {
    char* start = nullptr;
    auto size = BIO_get_mem_data(memory, &start);
    return to_bytes(view_of({start, static_cast<std::size_t>(size)}));
}

X509Certificate copy_of(X509* signer) {
    X509_up_ref(signer);
    return X509Certificate(X509Handle(signer));
}

}  // namespace

bool is_signed_content(ByteView bytes) {
    constexpr std::array<std::uint8_t, 11> signed_data = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86,
                                                          0xF7, 0x0D, 0x01, 0x07, 0x02};
    // The object identifier follows the outermost tag and length.
    constexpr std::size_t longest_header = 6;
    if (bytes.empty() || bytes.front() != 0x30) return false;
    auto start = bytes.first(std::min(bytes.size(), longest_header + signed_data.size()));
    return std::search(start.begin(), start.end(), signed_data.begin(), signed_data.end()) != start.end();
}

SignedContent open_signed_content(ByteView der) {
    CleanErrors clean;
    const auto* at = der.data();
    Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
    if (!cms) {
        require_memory();
        throw Error(Code::usage, "a signed profile that is damaged", take_again);
    }
    auto** content = CMS_get0_content(cms.get());
    if (content == nullptr || *content == nullptr)
        throw Error(Code::usage, "a signature without what it signs", "give the profile itself");
    Bio memory(BIO_new(BIO_s_mem()));
    if (!memory) throw std::bad_alloc();
    // Who the signers are is for the reader to judge; that nothing was changed since is for us.
    if (CMS_verify(cms.get(), nullptr, nullptr, nullptr, memory.get(), CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
        require_memory();
        throw Error(Code::refused, "a signed profile whose signature does not fit its content or its certificate",
                    take_again);
    }
    SignedContent opened;
    opened.content = content_of(memory.get());
    Signers signers(CMS_get0_signers(cms.get()));
    for (int i = 0; signers && i < sk_X509_num(signers.get()); ++i)
        opened.signers.push_back(copy_of(sk_X509_value(signers.get(), i)));
    return opened;
}

}  // namespace rekey::crypto
