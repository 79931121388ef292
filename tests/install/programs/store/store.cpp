// Tells the audit trail of a home, and whether it is whole. store HOME
#include <iostream>
#include <rekey/home/home.hpp>
#include <rekey/store/store.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        home.store().read([](rekey::store::Reader& reader) {
            rekey::store::each_audit(reader, 0, [](const rekey::store::AuditEntry& entry) {
                std::cout << entry.action << ' ' << entry.subject << " by " << entry.actor << '\n';
            });
            auto check = rekey::store::verify_audit(reader);
            std::cout << (check.problems.empty() ? "the trail is whole" : check.problems.front()) << '\n';
        });
    });
}
