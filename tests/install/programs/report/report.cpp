// The state of a home in a few lines, and as a page. report HOME PAGE
#include <fstream>
#include <iostream>
#include <rekey/report/report.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        auto report = rekey::report::take(home, {}, example::now());
        std::cout << report.organization << ": " << report.slots << " slots, " << report.empty_slots
                  << " of them empty, " << report.tenants << " tenant\n";
        for (const auto& concern : rekey::report::concerns(report)) std::cout << concern.what << '\n';
        std::ofstream(argv[2]) << rekey::report::html(report);
    });
}
