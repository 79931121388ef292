// What policy says of each slot, and what somebody should look at. overview HOME
#include <iostream>
#include <rekey/renewal/overview.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::read, example::now());
        auto policy = rekey::renewal::current_policy(home.store());
        auto now = example::now();
        rekey::renewal::each_assessment(home, policy, {}, now, [&](const rekey::renewal::Assessment& assessment) {
            bool due = assessment.verdict && assessment.verdict->due != rekey::policy::Due::no;
            std::cout << assessment.status.slot.name.to_string() << (due ? " is due" : " is not due") << ", "
                      << rekey::renewal::findings_of(assessment, now).size() << " findings\n";
        });
        rekey::renewal::each_finding(home, policy, {}, now, [](const rekey::renewal::Finding& finding) {
            if (finding.urgency == rekey::renewal::Urgency::note) return;
            std::cout << rekey::renewal::in_words(finding) << '\n';
        });
        rekey::renewal::Statistics statistics(now);
        rekey::renewal::each_unit_summary(home, policy, {}, now,
                                          [&](const rekey::renewal::UnitSummary& unit) { statistics.add(unit); });
        std::cout << "units online: " << statistics.online << ", offline: " << statistics.offline << '\n';
    });
}
