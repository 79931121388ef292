#include <fmt/format.h>

#include "commands.hpp"
#include "exit_code.hpp"
#include "rekey/issuers/issuers.hpp"

namespace rekey::cli {

namespace {

struct Options {
    std::string name;
    std::string certificate;
    std::string key;
};

}  // namespace

void issuers_add(Registry& registry) {
    registry.command("issuers add", "Bring along a CA", [](Command& command) -> Run {
        auto options = std::make_shared<Options>();
        command.argument("NAME", options->name, "Issuer").takes(Values::text);
        command.required_option("--cert", "FILE", options->certificate,
                                "The CA's certificate, then its chain up to the root");
        command.required_option("--key", "FILE", options->key,
                                "Its private key; asks for the passphrase when it is encrypted");
        command.example("rekey issuers add company --cert chain.pem --key ca.key",
                        "its certificate first, then those above it");
        return [options](Session& session) {
            auto ask = [&] {
                return session.ask_secret(fmt::format("Passphrase of {}", printable(options->key)),
                                          "decrypt the key first: openssl pkey -in FILE -out FILE");
            };
            auto issuer = issuers::add(session.home_for_writing(), options->name, options->certificate, options->key,
                                       ask, session.stamp());
            session.note(fmt::format("added issuer '{}', {}, which expires {}", issuer.name, issuer.facts.subject,
                                     to_rfc3339(issuer.facts.not_after)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
