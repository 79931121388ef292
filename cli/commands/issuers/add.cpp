#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/issuers/issuers.hpp"
#include "views/issuer_rows.hpp"

namespace rekey::cli {

namespace {

struct IssuersAddOptions {
    std::string name;
    std::string certificate;
    std::string key;
    std::string list;
    std::string pkcs12;
    std::string passphrase_file;
};

void require_one_source(const IssuersAddOptions& options) {
    bool pem = !options.certificate.empty() || !options.key.empty();
    if (pem && !options.pkcs12.empty())
        throw Error(Code::usage, "--pkcs12 has key and certificates", "leave out --cert and --key, or --pkcs12");
    if (options.pkcs12.empty() && (options.certificate.empty() || options.key.empty()))
        throw Error(Code::usage,
                    options.certificate.empty() && options.key.empty() ? "--cert and --key are missing"
                    : options.certificate.empty()                      ? "--cert is missing"
                                                                       : "--key is missing",
                    "as in: rekey issuers add NAME --cert chain.pem --key ca.key, or: --pkcs12 ca.p12");
}

issuers::Renewed add_issuer(Session& session, const IssuersAddOptions& options) {
    require_one_source(options);
    const auto& file = options.pkcs12.empty() ? options.key : options.pkcs12;
    auto ask = [&] {
        return get_passphrase(session, options.passphrase_file, fmt::format("Passphrase of {}", printable(file)));
    };
    auto& home = session.home_for_writing();
    return options.pkcs12.empty()
               ? issuers::add(home, options.name, options.certificate, options.key, ask, session.stamp(), options.list)
               : issuers::add_pkcs12(home, options.name, options.pkcs12, ask, session.stamp(), options.list);
}

void tell_of_lists(Session& session, store::Reader& store, const store::Issuer& issuer, bool brought) {
    auto state = issuers::list_state(store, issuer);
    if (!state.may_sign)
        session.warn(
            "this CA may not sign lists of revoked certificates (its keyUsage lacks cRLSign): what it signs can be "
            "revoked here, but no list will say so");
    if (brought)
        session.note(
            fmt::format("its lists go on after number {}, with {} of certificates that are not "
                        "in this home",
                        state.number.to_text(), counted(state.listed, "revocation")));
    else if (!state.shared_with.empty())
        session.note(fmt::format("it has the name and key of issuer '{}': they have one list", state.shared_with[0]));
    else if (state.may_sign)
        session.note("its lists of revoked certificates begin anew: what it revoked before is not known here", {},
                     fmt::format("if it has published a list, take that over: rekey issuers crl {} --out THAT-FILE",
                                 issuer.name));
}

}  // namespace

void issuers_add(Registry& registry) {
    registry.command(
        "issuers add", "Import a CA; once it signs, all units of the home trust its root", [](Command& command) -> Run {
            auto options = std::make_shared<IssuersAddOptions>();
            command.argument("NAME", options->name, "Issuer").takes(Values::text);
            command.option("--cert", "FILE", options->certificate,
                           "The CA's certificate, then its chain up to the root");
            command.option("--key", "FILE", options->key,
                           "Its private key; asks for the passphrase if it is encrypted");
            command.option("--pkcs12", "FILE", options->pkcs12,
                           "Key, certificate and chain in one PKCS #12 file instead");
            command.option("--passphrase-file", "F", options->passphrase_file,
                           "File whose first line is the passphrase of the key or of that file");
            command.option("--crl", "FILE", options->list,
                           "The newest list of what it revoked (PEM or DER), which its next lists continue");
            command.example("rekey issuers add company --cert chain.pem --key ca.key",
                            "its certificate first, then the chain up to the root");
            command.example("rekey issuers add company --cert chain.pem --key ca.key --crl company.crl",
                            "with the list of what it has revoked so far");
            command.example("rekey issuers add company --pkcs12 ca.p12 --passphrase-file pass",
                            "key and certificates in one file");
            return [options](Session& session) {
                auto& home = session.home_for_writing();
                bool known = store::find_issuer(home.store(), options->name).has_value();
                auto added = add_issuer(session, *options);
                if (known) {
                    tell_renewed(session, added);
                    return exit_done;
                }
                const auto& issuer = added.issuer;
                session.note(fmt::format("added issuer '{}', {}, which expires {}", issuer.name, issuer.facts.subject,
                                         to_rfc3339(issuer.chain_end.at)));
                tell_limits(session, issuer);
                tell_of_lists(session, home.store(), issuer, !options->list.empty());
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
