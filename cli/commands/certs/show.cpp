#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/store/fleet.hpp"
#include "views/certificate_rows.hpp"

namespace rekey::cli {

void certs_show(Registry& registry) {
    registry.command("certs show", "Show one certificate", [](Command& command) -> Run {
        auto which = std::make_shared<std::string>();
        command.argument("NUMBER|SLOT", *which,
                         "Number (the first four digits are enough), ISSUER:NUMBER, or UNIT/[NODE/]TYPE");
        command.example("rekey certs show pump-1/online");
        command.example("rekey certs show 8C41", "the first digits of a number will do");
        return [which](Session& session) {
            auto certificate = get_certificate(session.home_for_reading().store(), *which);
            auto object = certificate_json(certificate, session.now());
            object["sans"] = certificate.facts.sans;
            object["usages"] = certificate.facts.usages;
            const auto& details = certificate.facts.details;
            auto list = [&](std::vector<std::string> CertificateDetails::*member) {
                return details ? Json((*details).*member) : Json();
            };
            object["key_usage"] = list(&CertificateDetails::key_usage);
            object["certificate_policies"] = list(&CertificateDetails::policies);
            object["crl_urls"] = list(&CertificateDetails::crl_urls);
            object["ocsp_urls"] = list(&CertificateDetails::ocsp_urls);
            object["ca_issuer_urls"] = list(&CertificateDetails::ca_issuer_urls);
            object["recorded_at"] = to_rfc3339(certificate.recorded_at);
            object["ended_at"] = certificate.ended_at ? Json(to_rfc3339(*certificate.ended_at)) : Json();
            auto revocation = store::revocation_of(session.home_for_reading().store(), certificate.id);
            object["revoked_at"] = revocation ? Json(to_rfc3339(revocation->revoked_at)) : Json();
            object["revocation_reason"] = revocation ? Json(store::to_string(revocation->reason)) : Json();
            object["actor"] = certificate.actor;
            object["comment"] = certificate.comment;
            print_object(session, object);
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
