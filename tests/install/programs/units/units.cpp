// Records a unit that is a folder, and asks it. units HOME FOLDER
#include <iostream>
#include <rekey/units/units.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        rekey::store::Unit unit;
        unit.name = "unit-1";
        unit.address = std::string("dir:") + argv[2];
        unit.labels = {{"site", "north"}};
        std::vector<rekey::units::Declared> slots{{"", "online"}, {"", "cm"}};
        auto added = rekey::units::add(home, unit, slots, example::stamp());
        std::cout << added.unit << (added.reached ? " answers" : " is offline")
                  << ", certificates: " << added.certificates << '\n';

        auto verified = rekey::units::verify(home.store(), "unit-1", example::now());
        std::cout << "differences to the record: " << verified.findings.size() << '\n';

        rekey::units::each_listed(home.store(), {}, [](const rekey::units::ListedUnit& listed) {
            std::cout << listed.name << ' ' << rekey::units::unit_list_cell(listed.slots) << ' '
                      << rekey::units::unit_list_cell(listed.labels) << '\n';
        });
    });
}
