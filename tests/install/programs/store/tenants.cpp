// Lists the tenants with their credentials. tenants HOME
#include <iostream>
#include <rekey/home/home.hpp>
#include <rekey/store/tenants.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        for (const auto& tenant : rekey::store::tenants(home.store())) {
            auto active = rekey::store::active_credential(home.store(), tenant.id);
            std::cout << tenant.name << " uses " << (active ? active->client_id : "nothing") << '\n';
            rekey::store::each_credential(home.store(), tenant.id, [](const rekey::store::Credential& credential) {
                std::cout << credential.client_id << ' ' << to_string(credential.state) << ' '
                          << rekey::store::health_word(credential.health) << '\n';
            });
        }
    });
}
