#include "crypto/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>

#include "crypto/errors.hpp"

namespace rekey::crypto {

namespace {

constexpr std::size_t bytes_a_line = 48;  // 64 characters

std::size_t pem_size(std::string_view label, std::size_t size) {
    constexpr std::string_view frame = "-----BEGIN -----\n-----END -----\n";
    std::size_t lines = (size + bytes_a_line - 1) / bytes_a_line;
    return frame.size() + 2 * label.size() + (size + 2) / 3 * 4 + lines;
}

/// `out` has `pem_size` bytes.
void write_pem(std::string_view label, ByteView content, char* out) {
    auto put = [&](std::string_view text) { out = std::copy(text.begin(), text.end(), out); };
    auto boundary = [&](std::string_view edge) {
        put(edge);
        put(label);
        put("-----\n");
    };
    boundary("-----BEGIN ");
    while (!content.empty()) {
        ByteView line = content.first(std::min(content.size(), bytes_a_line));
        // Ends with a NUL, in whose place the newline goes.
        out += EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out), line.data(), static_cast<int>(line.size()));
        *out++ = '\n';
        content = content.subspan(line.size());
    }
    boundary("-----END ");
}

/// What OpenSSL hands out when asked for secure memory.
template <class T>
struct SecureBuffer {
    T* data = nullptr;
    long size = 0;

    SecureBuffer() = default;
    SecureBuffer(const SecureBuffer&) = delete;
    SecureBuffer& operator=(const SecureBuffer&) = delete;
    ~SecureBuffer() { OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size)); }
};

}  // namespace

std::string encode_pem(std::string_view label, ByteView content) {
    std::string text(pem_size(label, content.size()), '\0');
    write_pem(label, content, text.data());
    return text;
}

Secret encode_secret_pem(std::string_view label, ByteView content) {
    Secret text(pem_size(label, content.size()));
    write_pem(label, content, reinterpret_cast<char*>(text.data()));
    return text;
}

PemReader::PemReader(ByteView text) {
    if (text.size() > static_cast<std::size_t>(INT_MAX)) throw Error(Code::usage, "the PEM is too large");
    // OpenSSL takes a length of zero with a null pointer for an error.
    text_.reset(
        BIO_new_mem_buf(text.empty() ? "" : reinterpret_cast<const char*>(text.data()), static_cast<int>(text.size())));
    if (!text_) fail("no memory to read PEM");
}

std::optional<PemBlock> PemReader::next() {
    CleanErrors clean;
    SecureBuffer<char> label;
    SecureBuffer<char> header;
    SecureBuffer<unsigned char> content;
    ++count_;
    if (PEM_read_bio_ex(text_.get(), &label.data, &header.data, &content.data, &content.size,
                        PEM_FLAG_SECURE | PEM_FLAG_EAY_COMPATIBLE) != 1) {
        if (ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE) return std::nullopt;
        require_memory();
        throw Error(Code::usage, fmt::format("block {} of the PEM is damaged or cut off", count_),
                    "copy the whole text again, from its BEGIN line to its END line");
    }
    return PemBlock{label.data, header.data, Secret::copy_of({content.data, static_cast<std::size_t>(content.size)})};
}

Error no_pem(ByteView text, std::string_view expected) {
    if (text.empty())
        return Error(Code::usage, fmt::format("empty, where {} in PEM is needed", expected),
                     "take the file from its source again");
    constexpr std::uint8_t der_sequence = 0x30;
    if (text.front() == der_sequence)
        return Error(Code::usage, fmt::format("binary (DER or PKCS #12), where {} in PEM is needed", expected),
                     "convert it with openssl pkey, x509 or pkcs12, each of which writes PEM");
    return Error(Code::usage, fmt::format("not PEM, where {} in PEM is needed", expected),
                 "it is a text with the lines -----BEGIN …----- and -----END …-----");
}

}  // namespace rekey::crypto
