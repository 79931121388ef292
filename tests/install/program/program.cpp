#include <chrono>
#include <iostream>
#include <rekey/home/home.hpp>
#include <rekey/store/certificates.hpp>
#include <rekey/tenants/credentials.hpp>

int main(int, char** argv) {
    auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, now);
    rekey::store::each_certificate(home.store(), {}, [](const rekey::store::Certificate& certificate) {
        std::cout << certificate.slot.to_string() << ' ' << certificate.facts.number << '\n';
    });
    std::cout << rekey::tenants::get_credential(home.store(), "acme").client_id << '\n';
}
