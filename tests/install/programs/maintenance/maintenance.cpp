// Looks for what is wrong with a home, writes a backup, and restores it elsewhere. maintenance HOME BACKUP OTHER_HOME
#include <iostream>
#include <rekey/maintenance/maintenance.hpp>

#include "../example.hpp"

int main(int, char** argv) {
    return example::run([&] {
        rekey::maintenance::DoctorSubject subject;
        subject.home = argv[1];
        subject.config = [] { return rekey::policy::Config{}; };
        for (const auto& finding : rekey::maintenance::examine(subject, example::now()).findings)
            std::cout << finding.about << ": " << finding.what << '\n';

        auto ask = [] { return rekey::Secret::copy_of(rekey::view_of("a passphrase")); };
        auto home = rekey::Home::open(argv[1], rekey::store::Store::Mode::write, example::now());
        auto backup = rekey::maintenance::back_up(home, argv[2], ask(), example::stamp());
        auto restored = rekey::maintenance::restore(argv[2], argv[3], ask, {}, example::stamp());
        std::cout << "restored " << restored.backup.organization << ", audit entries "
                  << (restored.backup.audit_head == backup.audit_head ? "as in the backup" : "of another backup")
                  << '\n';
    });
}
