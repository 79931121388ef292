// Makes a home, opens it, and says how its secrets are sealed. home HOME
#include <iostream>
#include <rekey/home/home.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        bool made = false;
        rekey::Home::create(argv[1], "Example Ltd", example::stamp(), made);
        std::cout << (made ? "a new home" : "a home that was there") << '\n';

        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        std::cout << "certificates that have an issuer now: " << attribute_certificates(home, example::stamp()) << '\n';
        auto seal = rekey::seal_state(home);
        std::cout << "sealed values: " << seal.values
                  << (seal.under_passphrase ? ", under a passphrase" : ", key in a file") << '\n';
    });
}
