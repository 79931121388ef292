#include <fmt/format.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "command/selection.hpp"
#include "rekey/base/base.hpp"
#include "rekey/units/units.hpp"

namespace rekey::cli {

namespace {

struct CertsExportOptions {
    std::vector<std::string> words;
    SelectionOptions selection;
    std::string format = "pem";
};

std::vector<store::Certificate> certificates_of(Session& session, CertsExportOptions options) {
    auto& store = session.home_for_reading().store();
    take_patterns(options.words, options.selection);
    std::vector<store::Certificate> certificates;
    for (const auto& word : options.words) certificates.push_back(get_certificate(store, word));
    bool selects = selects_something(options.selection);
    if (certificates.empty() && !selects)
        throw Error(Code::usage, "no certificate was named", "name its number or slot: rekey certs list");
    for (auto& certificate : selected_certificates(session, store, options.selection, session.now()))
        certificates.push_back(std::move(certificate));
    return certificates;
}

int export_certificates(Session& session, const CertsExportOptions& options) {
    auto& store = session.home_for_reading().store();
    auto certificates = certificates_of(session, options);
    if (options.format == "der" && certificates.size() > 1)
        throw Error(Code::usage, fmt::format("DER is for one certificate, and {} were selected", certificates.size()),
                    "name one, or leave out --output der");
    for (const auto& certificate : certificates) {
        auto chain = store::chain_of(store, certificate.id);
        if (chain.empty()) throw Error(Code::corrupt, "the store has no bytes of this certificate");
        if (options.format == "der") {
            write_out(std::string(text_of(chain.front())));
        } else {
            if (options.format == "pem") chain.resize(1);
            write_out(units::to_pem(chain));
        }
    }
    return exit_done;
}

}  // namespace

void certs_export(Registry& registry) {
    registry.command("certs export", "Write certificates to standard output", [](Command& command) -> Run {
        auto options = std::make_shared<CertsExportOptions>();
        command.arguments("NUMBER|SLOT", options->words,
                          "Number (the first four digits are enough), ISSUER:NUMBER, UNIT/[NODE/]TYPE, or a pattern");
        SelectionWords words;
        words.names.clear();
        words.all = "The certificate that each slot uses";
        words.limit = "At most this many certificates";
        add_selection(command, options->selection, words);
        command.file_form(options->format, {"pem", "der", "chain"},
                          "What to write (chain: with the issuers up to the root)");
        command.example("rekey certs export pump-1/online --output chain");
        command.example("rekey certs export --label site=north --type online", "what the slots of one site use");
        return [options](Session& session) { return export_certificates(session, *options); };
    });
}

}  // namespace rekey::cli
