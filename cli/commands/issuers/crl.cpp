#include <fmt/format.h>

#include "command/arguments.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/issuers/issuers.hpp"
#include "views/json.hpp"
#include "views/listing.hpp"

namespace rekey::cli {

namespace {

constexpr std::int64_t most_days = 366;

/// A number that JSON has room for; the other key has it in any case.
Json list_number_json(const ListNumber& number) {
    auto integer = number.to_integer();
    return integer ? Json(*integer) : Json();
}

struct IssuersCrlOptions {
    std::string issuer;
    std::string out;
    std::string form;
    std::int64_t days = 7;
};

}  // namespace

void issuers_crl(Registry& registry) {
    registry.command(
        "issuers crl", "Write an issuer's list of revoked certificates (CRL)", [](Command& command) -> Run {
            auto options = std::make_shared<IssuersCrlOptions>();
            command.argument("NAME", options->issuer, "Issuer");
            command.required_option("--out", "FILE", options->out,
                                    "File to replace atomically; entries of a list in it are kept");
            command.file_form(options->form, {"pem", "der"}, "Format of the file [as FILE ends, else pem]");
            command.number("--days", "N", options->days, 1, most_days, "Days until the next list is due [7]");
            command.example("rekey issuers crl local --out /srv/www/local.crl --output der");
            command.example("rekey issuers crl local --out local.pem --days 30");
            return [options](Session& session) {
                auto& home = session.home_for_writing();
                issuers::ListTarget target;
                target.path = options->out;
                target.pem = form_of_file(options->form, options->out, {"pem", "der"}) == "pem";
                target.validity = Period{.seconds = std::chrono::days{options->days}};
                auto list =
                    issuers::write_list(home, issuers::get(home.store(), options->issuer), target, session.stamp());
                if (session.format() != OutputFormat::table) {
                    print_object(session, {{"issuer", list.issuer},
                                           {"number", list_number_json(list.number)},
                                           {"number_hex", list.number.to_hex()},
                                           {"revoked", list.entries},
                                           {"taken_over", list.taken},
                                           {"this_update", to_rfc3339(list.this_update)},
                                           {"next_update", to_rfc3339(list.next_update)},
                                           {"path", options->out}});
                    return exit_done;
                }
                if (list.taken != 0)
                    session.note(fmt::format("took over {} from the list that was there",
                                             counted(static_cast<std::int64_t>(list.taken), "revocation")));
                session.note(fmt::format("wrote list {} of issuer '{}' to {}: {} revoked; the next is due by {}",
                                         list.number.to_text(), list.issuer, printable(options->out), list.entries,
                                         to_rfc3339(list.next_update)));
                return exit_done;
            };
        });
}

}  // namespace rekey::cli
