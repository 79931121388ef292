// Takes devices and coverage from files into a tenant. records HOME DEVICES COVERAGE
#include <iostream>
#include <rekey/tenants/records.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        auto tenant = rekey::tenants::get_tenant(home.store(), "acme");
        auto devices = rekey::tenants::import_devices(home.store(), tenant, argv[2], example::stamp());
        auto coverage = rekey::tenants::import_coverage(home.store(), tenant, argv[3], example::stamp());
        std::cout << devices.added << " devices and " << coverage.added << " coverage records are new\n";

        auto again = rekey::tenants::import_devices(home.store(), tenant, argv[2], example::stamp());
        std::cout << "the same again: " << again.records << " read, " << again.added << " new, " << again.changed
                  << " changed\n";
    });
}
