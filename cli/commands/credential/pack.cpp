#include <fmt/format.h>

#include <algorithm>

#include "command/arguments.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

struct CredentialPackOptions {
    std::string csv;
    std::string out;
    std::string form;
    std::string passphrase_file;
};

/// Typed twice, as nobody could read what was packed under a typing error.
Secret new_passphrase(const Session& session, const std::string& file) {
    auto passphrase = get_passphrase(session, file, "Passphrase for the payload");
    if (!file.empty()) return passphrase;
    auto again = session.ask_secret("The same again", "say where it is: --passphrase-file FILE");
    if (!std::ranges::equal(passphrase.view(), again.view()))
        throw Error(Code::usage, "the two passphrases differ", "nothing was written; try again");
    return passphrase;
}

}  // namespace

void credential_pack(Registry& registry) {
    registry.command("credential pack", "Make a payload for device management to deliver", [](Command& command) -> Run {
        auto options = std::make_shared<CredentialPackOptions>();
        command.required_option("--csv", "F", options->csv,
                                "The credentials: id,name,scope,client_id,key_id,version,key_file");
        command.required_option("--out", "FILE", options->out, "File to write; it must not exist yet");
        command.file_form(options->form, {"plist", "mobileconfig", "json"},
                          "Format of the payload [as FILE ends, else plist]");
        command.option("--passphrase-file", "F", options->passphrase_file,
                       "File whose first line is the passphrase that encrypts the keys");
        command.example("rekey credential pack --csv list.csv --out credentials.mobileconfig --output mobileconfig");
        return [options](Session& session) {
            auto ask = [&] {
                return session.ask_secret("Passphrase of a key in the list",
                                          "decrypt the keys first: openssl pkey -in FILE -out FILE");
            };
            auto entries = tenants::read_pack_list(options->csv, ask);
            auto passphrase = new_passphrase(session, options->passphrase_file);
            auto form = form_of_file(options->form, options->out, {"plist", "mobileconfig", "json"});
            auto format = form == "json"    ? payload::Format::json
                          : form == "plist" ? payload::Format::plist
                                            : payload::Format::mobileconfig;
            tenants::write_private(options->out, payload::pack(entries, passphrase, format));
            if (session.format() != OutputFormat::table)
                print_object(session, {{"file", options->out}, {"format", form}, {"entries", entries.size()}});
            session.note(fmt::format("wrote {} entr{} to {}", entries.size(), entries.size() == 1 ? "y" : "ies",
                                     printable(options->out)));
            return exit_done;
        };
    });
}

}  // namespace rekey::cli
