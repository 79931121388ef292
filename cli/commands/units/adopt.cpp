#include <fmt/format.h>
#include <fmt/ranges.h>

#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "rekey/policy/policy.hpp"
#include "rekey/renewal/renewal.hpp"

namespace rekey::cli {

namespace {

struct UnitsAdoptOptions {
    std::string name;
    std::string type;
    std::string node;
    std::string certificate;
    std::string key;
    bool accept_names = false;
    bool undo = false;
    bool keep_mode = false;
};

/// What a CA would sign from now on, because the file says so.
std::string names_of(const policy::Rules& rules) {
    std::vector<std::string> names = rules.sans;
    if (!rules.subject.empty()) names.insert(names.begin(), rules.subject);
    return fmt::format("{} (extended key usages: {})", printable(fmt::format("{}", fmt::join(names, ", "))),
                       rules.usages.empty() ? "any" : fmt::format("{}", fmt::join(rules.usages, ", ")));
}

void refuse_obstacles(Session& session, const units::Adoption& adoption, const renewal::AdoptionTerms& terms) {
    if (terms.obstacles.empty()) return;
    auto about = about_slot(adoption.slot());
    for (const auto& obstacle : terms.obstacles) session.warn(printable(obstacle), about);
    if (!terms.remedy.empty()) session.note("rules that would hold for this slot alone:", about);
    for (const auto& line : terms.remedy) session.note("  " + line, about);
    throw Error(Code::refused,
                fmt::format("{}: no renewal could make this certificate again; nothing was adopted",
                            adoption.slot().to_string()),
                terms.remedy.empty() ? "see: rekey policy explain" : "set these rules, and run the same command again");
}

/// A file gives the CA no names: what no issuer of this home signed needs somebody's word.
void require_word(Session& session, const units::Adoption& adoption, const renewal::AdoptionTerms& terms,
                  bool accepted) {
    if (!terms.takes_names || adoption.issuer() || adoption.is_begun() || adoption.is_recorded()) return;
    auto about = about_slot(adoption.slot());
    auto names = terms.rules ? names_of(*terms.rules) : std::string();
    auto what = fmt::format(
        "no issuer of this home signed certificate {}; from now on {} would sign for {}: {}", adoption.facts().number,
        terms.issuer.empty() ? "the home" : fmt::format("'{}'", terms.issuer), adoption.slot().to_string(), names);
    if (accepted) return session.detail(what, about);
    constexpr const char* say_accept = "if that is right, say so: --accept-names";
    if (!session.can_ask()) throw Error(Code::refused, what, say_accept);
    session.note(what, about);
    if (!session.ask_yes_or_no("Is that right?", say_accept))
        throw Error(Code::refused, "nothing was adopted", "set other names in the policy, or say --accept-names");
}

int undo(Session& session, const UnitsAdoptOptions& options, const units::Declared& slot) {
    if (!options.certificate.empty() || !options.key.empty() || options.accept_names || options.keep_mode)
        throw Error(Code::usage, "--undo takes back what was begun, whatever its files were",
                    "leave out the other options");
    units::undo_adoption(session.home_for_writing(), options.name, slot, session.stamp());
    session.note(fmt::format("{}: taken back; the files are what they were",
                             SlotName{options.name, slot.node, slot.type}.to_string()));
    return exit_done;
}

int adopt(Session& session, const UnitsAdoptOptions& options, const units::Declared& slot) {
    if (options.certificate.empty() || options.key.empty())
        throw Error(Code::usage, "--cert and --key are missing",
                    "as in: rekey units adopt web online --cert /etc/ssl/web.pem --key /etc/ssl/web.key");
    auto& home = session.home_for_writing();
    units::Adoption adoption(home, options.name, slot, options.certificate, options.key, options.keep_mode);
    bool is_new = !adoption.is_begun() && !adoption.is_recorded();
    auto terms = renewal::adoption_terms(home, session.current_policy(), adoption);
    if (is_new) refuse_obstacles(session, adoption, terms);
    require_word(session, adoption, terms, options.accept_names);

    std::optional<store::Certificate> adopted;
    try {
        adopted = adoption.carry_out(session.stamp());
    } catch (const Error& error) {
        // What is on the record was done, and something is left.
        if (!adoption.is_recorded()) throw;
        session.warn(error.message(), about_slot(adoption.slot()), error.hint());
        return exit_partly;
    }
    auto about = about_slot(adopted->slot);
    session.note(fmt::format("{}: adopted certificate {}, which expires {}", adopted->slot.to_string(),
                             adopted->facts.number, to_rfc3339(adopted->facts.not_after)),
                 about);
    session.note(options.certificate == options.key
                     ? fmt::format("{} is a link into the slot now", printable(options.certificate))
                     : fmt::format("{} and {} are links into the slot now", printable(options.certificate),
                                   printable(options.key)),
                 about);
    if (terms.rules)
        if (auto concern = policy::key_concern(terms.rules->key)) session.warn(concern->what, about, concern->remedy);
    if (adoption.is_combined())
        session.note("the service's one file is kept: current/combined.pem, made anew with every renewal", about);
    for (const auto& change : terms.changes) session.note("not kept: " + printable(change), about);
    if (!adopted->issuer_id)
        session.note("no issuer of this home made it, so `rekey certs renew --due` will replace it", about);
    return exit_done;
}

}  // namespace

void units_adopt(Registry& registry) {
    registry.command("units adopt", "Take over an existing key and certificate", [](Command& command) -> Run {
        auto options = std::make_shared<UnitsAdoptOptions>();
        command.argument("NAME", options->name, "Unit, with an address dir:/path");
        command.argument("TYPE", options->type, "Slot to make of it: TYPE or NODE/TYPE");
        command.option("--node", "N", options->node, "Node, if TYPE names none");
        command.option("--cert", "FILE", options->certificate, "Certificate, followed by its chain if there is one");
        command.option("--key", "FILE", options->key, "Its private key; the same FILE if both are in one");
        command.flag("--accept-names", options->accept_names,
                     "Let the CA sign the names of a certificate that no issuer of this home signed");
        command.flag("--keep-mode", options->keep_mode,
                     "Let all users use the new keys, too, as they may use this one");
        command.flag("--undo", options->undo, "Revert an adoption that was interrupted");
        command.example("rekey units adopt web online --cert /etc/ssl/web.pem --key /etc/ssl/web.key");
        command.example("rekey units adopt proxy online --cert /etc/haproxy/web.pem --key /etc/haproxy/web.pem",
                        "key and certificates in one file");
        command.example("rekey units adopt web online --undo", "revert an interrupted adoption");
        command.ending(exit_partly, "The adoption is recorded, but the old files could not be removed.");
        command.ending(exit_refused,
                       "The names need --accept-names, or no renewal could make such a certificate again.");
        return [options](Session& session) {
            auto slot = units::parse_declared(options->type, options->node);
            return options->undo ? undo(session, *options, slot) : adopt(session, *options, slot);
        };
    });
}

}  // namespace rekey::cli
