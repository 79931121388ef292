// Lists the devices of a tenant without coverage in force, field by field. records HOME
#include <iostream>
#include <rekey/home/home.hpp>
#include <rekey/store/records.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        auto tenant = rekey::store::find_tenant(home.store(), "acme");
        auto counts = rekey::store::count_records(home.store(), tenant->id);
        std::cout << counts.devices << " devices, " << counts.coverage << " coverage records\n";

        rekey::store::DeviceFilter filter;
        filter.now = example::now();
        filter.without_coverage = true;
        rekey::store::each_device(home.store(), tenant->id, filter, [](const rekey::store::Device& device) {
            std::cout << device.id << ':';
            rekey::store::each_field(rekey::store::device_fields, [&](auto field) {
                if constexpr (field.role == rekey::store::Role::content)
                    std::cout << ' ' << field.name << '=' << device.*field.member;
            });
            std::cout << '\n';
        });
    });
}
