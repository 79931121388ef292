// Lists the certificates in use of the units of a site, and what one slot had before. fleet HOME
#include <iostream>
#include <rekey/home/home.hpp>
#include <rekey/store/fleet.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        rekey::store::CertificateFilter filter;
        filter.which.labels = {*rekey::store::LabelCondition::parse("site=north")};
        rekey::store::each_certificate(home.store(), filter, [](const rekey::store::Certificate& certificate) {
            std::cout << certificate.slot.to_string() << ' ' << certificate.facts.number << '\n';
        });

        auto slot = rekey::store::find_slot(home.store(), *rekey::SlotName::parse("unit-1/cm"));
        for (const auto& certificate : rekey::store::history_of(home.store(), slot->id))
            std::cout << slot->name.to_string() << ' ' << to_string(certificate.state) << '\n';
    });
}
