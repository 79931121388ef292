#include "crypto/sealing/sealed_stream.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "crypto/sealing/aes_gcm.hpp"
#include "rekey/base/base.hpp"

namespace rekey::crypto {

namespace {

constexpr std::string_view magic = "rekey-sealed";
constexpr std::uint8_t stream_version = 1;
constexpr std::size_t longest_purpose = 32;
constexpr std::size_t stream_salt_size = 16;
constexpr std::size_t stream_check_size = 16;
constexpr std::size_t digest_size = 8;
constexpr std::size_t stream_tag_size = aes_gcm::tag_size;

void put(Bytes& to, ByteView part) { to.insert(to.end(), part.begin(), part.end()); }

void put_number(Bytes& to, std::uint64_t number, std::size_t size) {
    for (std::size_t i = size; i-- > 0;) to.push_back(static_cast<std::uint8_t>(number >> 8 * i));
}

std::uint64_t read_number(ByteView bytes) {
    std::uint64_t number = 0;
    for (auto byte : bytes) number = number << 8 | byte;
    return number;
}

bool is_purpose(std::string_view purpose) {
    return !purpose.empty() && purpose.size() <= longest_purpose &&
           std::ranges::all_of(purpose, [](char c) { return c >= ' ' && c <= '~'; });
}

/// What the head and a passphrase lead to.
struct Keys {
    Secret key;
    Bytes check;
};

Keys keys_from(const Secret& root, ByteView salt) {
    return {hkdf_sha256(root, salt, view_of("rekey sealed stream key"), aes_gcm::key_size),
            to_bytes(hkdf_sha256(root, salt, view_of("rekey sealed stream check"), stream_check_size).view())};
}

using Nonce = std::array<std::uint8_t, aes_gcm::nonce_size>;

Nonce nonce_of(std::uint64_t number, bool last) {
    Nonce nonce{};
    for (std::size_t i = 0; i < 8; ++i) nonce[nonce.size() - 2 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    nonce.back() = last ? 1 : 0;
    return nonce;
}

[[noreturn]] void refuse_damaged(std::string_view how) {
    throw Error(Code::corrupt, fmt::format("this file was damaged or changed: {}", how),
                "copy it again from where it was made, or use another copy");
}

std::size_t fill_up(const SealedReader::Source& source, std::uint8_t* to, std::size_t size) {
    std::size_t filled = 0;
    while (filled < size) {
        std::size_t got = source(to + filled, size - filled);
        if (got == 0) break;
        filled += got;
    }
    return filled;
}

/// The fields of a head, as they come off a source.
class HeadReader {
public:
    explicit HeadReader(const SealedReader::Source& source) : source_(source) {}

    ByteView take(std::size_t size) {
        std::size_t before = head_.size();
        head_.resize(before + size);
        if (fill_up(source_, head_.data() + before, size) != size) {
            if (before == 0) refuse_foreign();
            refuse_damaged("it ends within its head");
        }
        return ByteView(head_).last(size);
    }
    std::uint64_t number(std::size_t size) { return read_number(take(size)); }

    [[noreturn]] static void refuse_foreign() {
        throw Error(Code::corrupt, "this is not a file that rekey sealed under a passphrase");
    }

    const Bytes& head() const { return head_; }

private:
    const SealedReader::Source& source_;
    Bytes head_;
};

}  // namespace

Secret scrypt_root(const Secret& passphrase, ByteView salt, const ScryptCost& cost) {
    return scrypt(passphrase, salt, cost, aes_gcm::key_size);
}

SealedWriter::SealedWriter(std::string_view purpose, const Secret& passphrase, Sink sink, std::size_t chunk,
                           const ScryptCost& cost, const PassphraseRoot& root)
    : sink_(std::move(sink)), text_(chunk) {
    if (passphrase.empty()) throw Error(Code::usage, "an empty passphrase protects nothing", "choose a passphrase");
    if (!is_purpose(purpose) || chunk == 0 || chunk > limits::sealed_chunk)
        throw Error(Code::failed, "a sealed stream needs a purpose, and chunks of at most 1 MiB");
    require_sane(cost);

    Bytes salt = random_bytes(stream_salt_size);
    Keys keys = keys_from(root(passphrase, salt, cost), salt);
    key_ = std::move(keys.key);

    put(head_, view_of(magic));
    head_.push_back(stream_version);
    head_.push_back(static_cast<std::uint8_t>(purpose.size()));
    put(head_, view_of(purpose));
    put(head_, salt);
    put_number(head_, cost.n, 8);
    put_number(head_, cost.r, 4);
    put_number(head_, cost.p, 4);
    put_number(head_, chunk, 4);
    put(head_, keys.check);
    Sha256 digest = sha256(head_);
    put(head_, ByteView(digest).first(digest_size));
    sink_(head_);
}

void SealedWriter::write(ByteView plain) {
    while (!plain.empty()) {
        // Only now is it known that what is there is not the last.
        if (filled_ == text_.size()) put_chunk(false);
        std::size_t count = std::min(plain.size(), text_.size() - filled_);
        std::copy_n(plain.begin(), count, text_.data() + filled_);
        filled_ += count;
        plain = plain.subspan(count);
    }
}

void SealedWriter::finish() { put_chunk(true); }

void SealedWriter::put_chunk(bool last) {
    sink_(aes_gcm::encrypt(key_.view(), nonce_of(number_++, last), {head_}, text_.view().first(filled_)));
    filled_ = 0;
}

SealedReader::SealedReader(std::string_view purpose, const AskPassphrase& ask, Source source,
                           const PassphraseRoot& root)
    : source_(std::move(source)) {
    HeadReader head(source_);
    if (!std::ranges::equal(head.take(magic.size()), view_of(magic))) HeadReader::refuse_foreign();
    std::uint64_t of_version = head.number(1);
    if (of_version != stream_version)
        throw Error(
            Code::refused,
            fmt::format("this file was sealed in format {}, and format {} is known here", of_version, stream_version),
            "use the release of rekey that made it, or a later one");
    std::string found(text_of(head.take(head.number(1))));
    Bytes salt = to_bytes(head.take(stream_salt_size));
    ScryptCost cost;
    cost.n = head.number(8);
    cost.r = static_cast<std::uint32_t>(head.number(4));
    cost.p = static_cast<std::uint32_t>(head.number(4));
    std::size_t chunk = head.number(4);
    Bytes check = to_bytes(head.take(stream_check_size));
    Sha256 digest = sha256(head.head());
    if (!std::ranges::equal(head.take(digest_size), ByteView(digest).first(digest_size)))
        refuse_damaged("its head does not match its digest");

    if (!is_purpose(found) || chunk == 0 || chunk > limits::sealed_chunk) refuse_damaged("its head makes no sense");
    if (found != purpose)
        throw Error(Code::usage, fmt::format("this file was sealed as '{}', not as '{}'", printable(found), purpose),
                    "give it to the command that it was made for");
    require_sane(cost);
    Secret passphrase = ask ? ask() : Secret();
    if (passphrase.empty())
        throw Error(Code::usage, "this file is sealed under a passphrase, and there is none",
                    "give the passphrase in a file, or where it can be asked for");
    Keys keys = keys_from(root(passphrase, salt, cost), salt);
    if (CRYPTO_memcmp(keys.check.data(), check.data(), stream_check_size) != 0)
        throw Error(Code::refused, "this is not the passphrase that the file was sealed under",
                    "give the one that was chosen when it was made");
    head_ = head.head();
    key_ = std::move(keys.key);
    sealed_.resize(chunk + stream_tag_size + 1);
}

ByteView SealedReader::next() {
    if (ended_) return {};
    filled_ += fill_up(source_, sealed_.data() + filled_, sealed_.size() - filled_);
    bool last = filled_ < sealed_.size();
    ByteView chunk = ByteView(sealed_).first(last ? filled_ : filled_ - 1);
    auto text = aes_gcm::decrypt(key_.view(), nonce_of(number_, last), {head_}, chunk);
    if (!text) {
        // The cause is for people only: either way it is refused.
        if (aes_gcm::decrypt(key_.view(), nonce_of(number_, !last), {head_}, chunk))
            refuse_damaged(last ? "its end is missing" : "something follows its end");
        refuse_damaged(fmt::format("part {} of it is not as it was written", number_ + 1));
    }
    if (text->empty() && number_ > 0) refuse_damaged("it ends in an empty part");
    ++number_;
    ended_ = last;
    sealed_[0] = sealed_.back();
    filled_ = last ? 0 : 1;
    text_ = std::move(*text);
    return text_.view();
}

}  // namespace rekey::crypto
