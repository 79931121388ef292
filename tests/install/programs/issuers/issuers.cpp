// Makes a local CA, and its first list of revoked certificates. issuers HOME FOLDER
#include <iostream>
#include <rekey/issuers/issuers.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        auto issuer = rekey::issuers::create(home, "local", example::stamp());
        std::cout << issuer.name << " signs with " << issuer.facts.key << '\n';
        std::cout << "the default is " << rekey::issuers::get_default(home.store()).name << '\n';

        rekey::Period week{.months = 0, .seconds = std::chrono::days{7}};
        auto published = rekey::issuers::publish_lists(home, argv[2], week, example::stamp());
        for (const auto& list : published.written)
            std::cout << "the list of " << list.issuer << " has " << list.entries << " certificates" << '\n';
        for (const auto& failure : published.failures) std::cout << failure.message() << '\n';
    });
}
