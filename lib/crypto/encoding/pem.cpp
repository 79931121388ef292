#include "crypto/encoding/pem.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>

#include "crypto/encoding/errors.hpp"

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

/// What OpenSSL returns when asked for secure memory.
template <class T>
struct SecureBuffer {
    T* data = nullptr;
    long size = 0;

    SecureBuffer() = default;
    SecureBuffer(const SecureBuffer&) = delete;
    SecureBuffer& operator=(const SecureBuffer&) = delete;
    ~SecureBuffer() { OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size)); }
};

[[noreturn]] void odd(const std::string& what, std::string_view remedy) {
    throw Error(Code::usage, what, std::string(remedy));
}

/// One line that has a boundary in it. What OpenSSL does not take for one, it passes over without a word, and with it
/// the whole block.
void require_boundary(std::string_view line, std::size_t number) {
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view end = "-----END ";
    auto first = std::min(line.find(begin), line.find(end));
    if (first == std::string_view::npos) return;
    auto edge = line.substr(first).starts_with(begin) ? "BEGIN" : "END";
    if (first != 0)
        odd(fmt::format("line {} of the PEM has something before its -----{}", number, edge),
            "a boundary begins its line: remove what comes before it, including spaces");
    auto rest = line.substr(line.find(' '));
    auto close = rest.find("-----");
    auto behind = close == std::string_view::npos ? std::string_view("-") : rest.substr(close + 5);
    if (behind.starts_with("\\n") || behind.starts_with("\\r"))
        odd("the line breaks of the PEM are written as \\n, as in JSON or an environment file",
            "write real ones: printf '%b' \"$(cat FILE)\" >NEW");
    if (behind.starts_with("-----BEGIN"))
        odd(fmt::format("line {} of the PEM has an END and a BEGIN in it", number),
            "begin a new line before the BEGIN; files without a line break at their end were joined");
    if (behind.find_first_not_of(" \t\r") != std::string_view::npos)
        odd(fmt::format("line {} of the PEM has something behind its {} boundary", number, edge),
            "a boundary has its line for itself: remove what follows it");
}

/// Names what is odd about a text, before OpenSSL passes over it.
void require_even(std::string_view text) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
        odd("a text in UTF-16, where PEM is needed", "convert it: iconv -f UTF-16 -t UTF-8 FILE >NEW");
    if (text.starts_with("\xEF\xBB\xBF"))
        odd("a text that begins with a byte order mark, where PEM is needed", "remove it: tail -c +4 FILE >NEW");
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto end = text.find('\n');
        auto line = text.substr(0, end);
        require_boundary(line, number);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
}

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
    require_even({reinterpret_cast<const char*>(text.data()), text.size()});
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
