// What the rules of a policy document mean for one slot, and for a certificate that it has.
#include <iostream>
#include <rekey/policy/policy.hpp>

#include "../example.hpp"

int main() {
    return example::run([] {
        auto policy = rekey::policy::Policy::parse(
            "[defaults]\nvalidity = \"2y\"\n[type.iam]\nkey = \"ec-p384\"\nrenew_before = \"30d\"\n", "example.toml");
        rekey::policy::Subject slot;
        slot.unit = "unit-1";
        slot.type = "iam";
        slot.organization = "Example Ltd";
        auto rules = rekey::policy::rules_for(policy, slot);
        std::cout << rules.subject << ", " << rules.key << ", for " << rules.validity.to_string() << '\n';

        for (const auto& setting : rekey::policy::settings_for(policy, slot))
            if (setting.key == "key" || setting.key == "validity")
                std::cout << setting.key << " = " << setting.value << " by " << setting.source << '\n';

        rekey::CertificateFacts certificate;
        certificate.key = "rsa-1024";
        certificate.signature = "ecdsa-with-SHA256";
        certificate.not_before = *rekey::from_rfc3339("2036-01-01T00:00:00Z");
        certificate.not_after = *rekey::from_rfc3339("2037-01-01T00:00:00Z");
        auto now = *rekey::from_rfc3339("2036-06-01T00:00:00Z");
        for (const auto& violation : rekey::policy::violations(certificate, certificate.not_before, {}, rules, now))
            std::cout << violation.rule << ": " << violation.what << '\n';
    });
}
