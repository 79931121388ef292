/// Private keys as they are imported: PEM, PKCS#8, traditional; with a passphrase at hand.
#include "crypto/keys/key.hpp"

#include "fuzz.hpp"

using namespace rekey;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    ByteView input(data, size);
    constexpr std::string_view passphrase = "Kaulquappe-4711-Zimtstern";
    auto ask = [&] { return Secret::copy_of(view_of(passphrase)); };
    // What stands between the lines of a PEM is a secret.
    std::string secret(passphrase);
    for (char c : text_of(input)) secret += c == '-' || c == ' ' ? '\n' : c;
    fuzz::takes(
        [&] {
            auto key = crypto::PrivateKey::from_pem(input, ask);
            auto pem = key.to_pem();
            auto again = crypto::PrivateKey::from_pem(pem.view());
            fuzz::require(again.public_key() == key.public_key(), "a key that was written is another one");
            fuzz::require(text_of(again.to_pem().view()) == text_of(pem.view()), "a key is written in two ways");
            fuzz::require(printable(key.name()) == key.name(), "a kind of key has control characters");
        },
        secret);
    fuzz::takes([&] { crypto::PrivateKey::from_pem(input); }, secret);
    return 0;
}
