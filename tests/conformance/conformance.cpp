/// Lets what reads certificates and keys here judge files of others.
///
///     conformance chains SECONDS    each line of stdin names certificates, leaf first; judged at that Unix time
///     conformance keys              each line names a file with a private key, and its passphrase if it has one
///
/// For each line one of stdout: `accepted` (a key: and its public key in hex) or `refused MESSAGE`.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

#include "crypto/certificates/certificate.hpp"
#include "crypto/certificates/chain.hpp"
#include "crypto/keys/key.hpp"
#include "rekey/base/base.hpp"

using namespace rekey;

namespace {

Bytes content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string judge_chain(std::istringstream& line, Time now) {
    std::vector<crypto::X509Certificate> chain;
    for (std::string path; line >> path;) chain.push_back(crypto::X509Certificate::from_der(content_of(path)));
    crypto::check_chain(chain, chain.front().public_key(), now);
    return "accepted";
}

std::string judge_key(std::istringstream& line) {
    std::string path;
    std::string passphrase;
    line >> path >> passphrase;
    auto key = crypto::PrivateKey::from_pem(content_of(path), [&] { return Secret::copy_of(view_of(passphrase)); });
    auto pem = key.to_pem();
    if (crypto::PrivateKey::from_pem(pem.view()).public_key() != key.public_key())
        throw std::runtime_error("what is written of " + path + " is another key");
    return "accepted " + to_hex(key.public_key());
}

}  // namespace

int main(int count, char** arguments) {
    try {
        std::string_view what = count > 1 ? arguments[1] : "";
        Time now = from_unix(count > 2 ? std::stoll(arguments[2]) : 0);
        for (std::string line; std::getline(std::cin, line);) {
            std::istringstream words(line);
            try {
                fmt::print("{}\n", what == "chains" ? judge_chain(words, now) : judge_key(words));
            } catch (const Error& error) {
                fmt::print("refused {}\n", error.message());
            }
        }
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
