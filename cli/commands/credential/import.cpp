#include <fmt/format.h>

#include <algorithm>

#include "base/text/foreign_errors.hpp"
#include "command/commands.hpp"
#include "command/exit_code.hpp"
#include "questions/credential_inputs.hpp"
#include "rekey/base/base.hpp"
#include "rekey/tenants/credentials.hpp"
#include "views/credential_rows.hpp"
#include "views/json.hpp"

namespace rekey::cli {

namespace {

struct CredentialImportOptions {
    std::string file;
    bool as_new = false;
    std::optional<std::string> update;
    std::string entry;
    bool all_entries = false;
    std::string passphrase_file;
    std::string tenant;
    std::string token_url;
    std::string audience;
    std::string api_url;
    std::string keep_prior = "24h";
    bool offline = false;
    bool accept_different_organization = false;
    PatienceOption patience;
};

std::string command_for(const CredentialImportOptions& options, const payload::Entry& entry, std::string_view intent) {
    return fmt::format("rekey credential import {} {} --entry {}", printable(options.file), intent,
                       printable(entry.id));
}

/// The first few of them.
std::string ids_of(const std::vector<payload::Entry>& entries) {
    constexpr std::size_t shown = 5;
    std::string ids;
    for (std::size_t i = 0; i < std::min(shown, entries.size()); ++i)
        ids += (i == 0 ? "" : ", ") + printable(entries[i].id);
    return entries.size() > shown ? fmt::format("{} and {} more", ids, entries.size() - shown) : ids;
}

/// Tells who signed it: that is not verified, so somebody has to look.
std::vector<payload::Entry> read_entries(const Session& session, const CredentialImportOptions& options) {
    if (options.as_new && options.update)
        throw Error(Code::usage, "--as-new and --update exclude each other", "give one of them");
    auto payload = tenants::read_payload(options.file);
    for (const auto& signer : payload.signers)
        session.warn(fmt::format("{} is signed with the certificate of {}, issued by {}", printable(options.file),
                                 printable(signer.subject), printable(signer.issuer)),
                     {}, fmt::format("nobody has verified that certificate; its SHA-256 is {}", signer.fingerprint));
    if (payload.entries.empty())
        throw Error(Code::usage, fmt::format("{} has no entries", printable(options.file)),
                    "give the managed payload that has the credentials");
    return std::move(payload.entries);
}

payload::Entry choose_entry(const Session& session, const CredentialImportOptions& options) {
    auto entries = read_entries(session, options);
    if (options.entry.empty() && entries.size() == 1) return entries.front();
    auto wanted = options.entry;
    if (wanted.empty()) {
        const char* intent = options.as_new ? "--as-new" : options.update ? "--update" : "--as-new|--update";
        auto instead =
            fmt::format("import all of them: --all-entries; or one: {}", command_for(options, entries.front(), intent));
        if (!can_ask(session))
            throw Error(Code::usage, fmt::format("{} has {} entries", printable(options.file), entries.size()),
                        instead);
        for (const auto& entry : entries)
            session.note(
                fmt::format("  {}  {}  {}", printable(entry.id), printable(entry.name), printable(entry.client_id)));
        wanted = ask_line("Entry", entries.front().id, instead);
    }
    for (auto& entry : entries)
        if (entry.id == wanted) return entry;
    throw Error(Code::usage, fmt::format("{} has no entry '{}'", printable(options.file), printable(wanted)),
                fmt::format("it has: {}", ids_of(entries)));
}

/// Asked for once, for whichever entry needs it first.
class Passphrase {
public:
    Passphrase(Session& session, const CredentialImportOptions& options) : session_(session), options_(options) {}

    Secret get(const payload::Entry& entry) {
        if (entry.protection == payload::Protection::hkdf && !warned_) {
            warned_ = true;
            session_.warn(
                "this payload's passphrase is easy to guess (HKDF is not a password hash); "
                "make new ones with: rekey credential pack");
        }
        if (!known_)
            known_ = get_passphrase(session_, options_.passphrase_file,
                                    "File whose first line is the passphrase of the payload");
        return Secret::copy_of(known_->view());
    }

private:
    Session& session_;
    const CredentialImportOptions& options_;
    bool warned_ = false;
    std::optional<Secret> known_;
};

tenants::ImportRequest request_of(const CredentialImportOptions& options) {
    tenants::ImportRequest request;
    request.tenant = options.tenant;
    request.token_url = options.token_url;
    request.audience = options.audience;
    request.api_url = options.api_url;
    request.keep_prior = parse_period(options.keep_prior, "--keep-prior").approximate();
    request.offline = options.offline;
    request.accept_different_organization = options.accept_different_organization;
    return request;
}

/// One after the other; what is wrong with one is reported, and the others are imported.
int import_all(Session& session, const CredentialImportOptions& options) {
    if (!options.as_new && !options.update)
        throw Error(Code::usage, "are they new credentials, or do they update some?",
                    "--all-entries --as-new, or --all-entries --update");
    if (!options.entry.empty() || !options.tenant.empty() || (options.update && !options.update->empty()))
        throw Error(Code::usage, "--all-entries takes each entry's own name",
                    "leave out --entry, --tenant and the name of --update");
    auto entries = read_entries(session, options);
    Passphrase passphrase(session, options);
    ProviderSession provider_session(session, options.patience);
    std::vector<Json> rows;
    std::vector<int> codes;
    for (const auto& entry : entries) {
        auto request = request_of(options);
        request.entry = entry;
        request.as_new = options.as_new;
        request.passphrase = [&] { return passphrase.get(entry); };
        try {
            auto progress = for_one([&] { return tenants::import_entry(provider_session.context(), request); });
            auto row = progress_json(session, progress);
            row["entry"] = entry.id;
            rows.push_back(std::move(row));
            codes.push_back(say_progress(session, progress));
        } catch (const Error& e) {
            session.warn(fmt::format("entry '{}': {}", printable(entry.id), e.message()), {}, e.hint());
            codes.push_back(exit_code(e.code()));
            if (e.code() == Code::interrupted) break;
        }
    }
    if (session.format() != OutputFormat::table) {
        auto keys = credential_keys();
        keys.emplace_back("rotation");
        keys.emplace_back("entry");
        Listing listing(session, "credentials", keys, {});
        for (const auto& row : rows) listing.object(row);
        listing.finish();
    }
    if (codes.back() == exit_interrupted) return exit_interrupted;
    auto failed = std::find_if(codes.begin(), codes.end(), [](int code) { return code != exit_done; });
    if (failed == codes.end()) return exit_done;
    return std::count(codes.begin(), codes.end(), static_cast<int>(exit_done)) > 0 ? static_cast<int>(exit_partly)
                                                                                   : *failed;
}

void choose_intent(Session& session, const CredentialImportOptions& options, tenants::ImportRequest& request) {
    request.as_new = options.as_new;
    request.credential = options.update.value_or("");
    if (options.as_new || options.update) return;
    const auto& entry = request.entry;
    auto instead =
        fmt::format("{}\n  {}", command_for(options, entry, "--as-new"), command_for(options, entry, "--update NAME"));
    if (!can_ask(session)) throw Error(Code::usage, "is it a new credential, or does it update one?", instead);
    auto name = ask_line(fmt::format("Credential that '{}' updates (Enter: it is a new one)", printable(entry.name)),
                         "", instead);
    request.as_new = name.empty();
    request.credential = name;
}

}  // namespace

void credential_import(Registry& registry) {
    registry.command(
        "credential import", "Import a credential that device management delivered", [](Command& command) -> Run {
            auto options = std::make_shared<CredentialImportOptions>();
            command.argument("FILE", options->file,
                             "Managed payload: property list, mobileconfig (also signed) or JSON");
            command.flag("--as-new", options->as_new, "Add it as the first credential of a tenant");
            command.optional_value("--update", "NAME", options->update,
                                   "Rotate this credential to it [the one that this entry was imported to last]");
            command.option("--entry", "ID", options->entry, "Which entry, if there are several");
            command.flag("--all-entries", options->all_entries, "All entries of the payload, one after the other");
            command.option("--passphrase-file", "F", options->passphrase_file,
                           "File whose first line is the passphrase of the payload");
            command.option("--tenant", "NAME", options->tenant, "With --as-new: its tenant [the entry's name]");
            command.option("--token-url", "URL", options->token_url, "With --as-new: URL of the token endpoint");
            command.option("--audience", "A", options->audience, "With --as-new: audience of assertions");
            command.option("--api-url", "URL", options->api_url, "With --as-new: URL of the devices API");
            command.option("--keep-prior", "P", options->keep_prior,
                           "With --update: how long a rollback stays possible [24h]");
            command.flag("--offline", options->offline, "Make only the checks that need no network");
            command.flag("--accept-different-organization", options->accept_different_organization,
                         "Accept a credential that sees none of this tenant's devices (audited)");
            options->patience.describe(command);
            command.example("rekey credential import credentials.mobileconfig --as-new --entry e1");
            command.example("rekey credential import credentials.mobileconfig --update acme --entry e1");
            command.example("rekey credential import credentials.mobileconfig --as-new --all-entries");
            command.ending(exit_partly, "Some entries could not be imported, each with the reason; the others were.");
            return [options](Session& session) {
                if (options->all_entries) return import_all(session, *options);
                auto request = request_of(*options);
                request.entry = choose_entry(session, *options);
                choose_intent(session, *options, request);
                Passphrase passphrase(session, *options);
                request.passphrase = [&] { return passphrase.get(request.entry); };
                ProviderSession provider_session(session, options->patience);
                return tell_progress(session, tenants::import_entry(provider_session.context(), request));
            };
        });
}

}  // namespace rekey::cli
