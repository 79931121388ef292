// Packs a credential under a passphrase, reads the file as somebody who receives it, and opens the key. payload KEY
#include <fstream>
#include <iostream>
#include <iterator>
#include <rekey/payload/payload.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        std::ifstream file(argv[1]);
        std::string pem{std::istreambuf_iterator<char>(file), {}};
        auto passphrase = rekey::Secret::copy_of(rekey::view_of("a passphrase"));

        std::vector<rekey::payload::Plain> credentials;
        credentials.push_back(
            {"entry-1", "acme", "business", "BUSINESSAPI.1", "key-1", 1, rekey::Secret::copy_of(rekey::view_of(pem))});
        auto packed = rekey::payload::pack(credentials, passphrase, rekey::payload::Format::plist);

        auto payload = rekey::payload::read(rekey::view_of(packed));
        rekey::payload::Decryptor decryptor(passphrase);
        for (const auto& entry : payload.entries) {
            auto key = decryptor.decrypt(entry);
            std::cout << entry.id << " version " << entry.version << " for " << entry.client_id << ": the key "
                      << (rekey::text_of(key.view()) == pem ? "is the one" : "is another") << '\n';
        }
    });
}
