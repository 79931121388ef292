// Makes the first certificates of a unit, and replaces one of them. renewal HOME
#include <iostream>
#include <rekey/renewal/overview.hpp>
#include <rekey/renewal/renewal.hpp>

#include "../example.hpp"

namespace {

class Printer : public rekey::renewal::Observer {
    void ended(const rekey::renewal::ItemResult& item) override {
        std::cout << item.slot.to_string() << ' ' << item.outcome << '\n';
    }
};

}  // namespace

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        rekey::policy::Config config;
        Printer printer;

        rekey::renewal::Request first;
        first.kind = rekey::renewal::Request::Kind::generate;
        first.selection.units = {"unit-1"};
        first.jobs = 1;
        rekey::renewal::plan(home, rekey::renewal::current_policy(home.store()), first, example::now(),
                             [](const rekey::renewal::PlanEntry& entry) {
                                 std::cout << "planned: " << to_string(entry.action) << ' ' << entry.slot.to_string()
                                           << '\n';
                             });
        rekey::renewal::run(home, config, first, example::now, "example@here", printer, {});

        rekey::renewal::Request again;
        again.selection.slots = {*rekey::SlotName::parse("unit-1/cm")};
        auto result = rekey::renewal::run(home, config, again, example::now, "example@here", printer, {});
        std::cout << "done: " << result.done << ", failed: " << result.failed << '\n';
    });
}
